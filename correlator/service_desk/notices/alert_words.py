"""What each kind of alert is called in a subject, in Bahasa Indonesia and English."""

from typing import Final

from correlator.effects import AlertKind

ALERTS: Final[dict[AlertKind, str]] = {
    "critical": "gangguan Critical / Critical outage",
    "major": "gangguan Major / Major outage",
    "minor": "gangguan Minor / Minor outage",
    "clock_50": "waktu SLA terpakai 50% / SLA clock at 50%",
    "clock_80": "waktu SLA terpakai 80% / SLA clock at 80%",
    "breach": "SLA terlampaui / SLA breached",
    "escalation": "eskalasi / escalation",
    "follow_up": "pelanggan menghubungi lagi / the customer called again",
    "unanswered": "belum ada jawaban / no answer yet",
    "given": "tiket untuk divisi Anda / a ticket for your division",
    "reopened": "dikerjakan lagi / to be worked on again",
    "notices_wait": "pemberitahuan menunggu keputusan / notices wait for your word",
    "unconfirmed": "pelanggan tidak menjawab / no answer from the customer",
    "reply": "balasan pelanggan / customer's reply",
    "unexplained_calls": "banyak keluhan tanpa alarm / many complaints and no alarm",
    "undelivered": "pesan tidak sampai / message not delivered",
    "quarantine": "karantina / quarantine",
    "domain_stopped": "domain berhenti / domain stopped",
    "survey_planned": "survei kepuasan direncanakan / satisfaction survey planned",
    "survey_result": "hasil survei kepuasan / result of the satisfaction survey",
    "rca_unfilled": "RCA/CAPA belum diisi / RCA/CAPA not filled",
    "corrective_late": "tindakan korektif terlambat / corrective action is overdue",
    "rca_unverified": "RCA/CAPA belum diverifikasi / RCA/CAPA not verified",
    "improvement_due": "tindak lanjut perbaikan / improvement is due",
    "improvement_late": "perbaikan terlambat / improvement is overdue",
    "improvement_done": "perbaikan menunggu pengesahan / improvement waits for sign-off",
    "report": "laporan berkala / scheduled report",
    "report_undelivered": "laporan tidak terkirim / report not delivered",
    "unexplained": "alarm belum dijelaskan / alarm not explained",
    "work_void": "pekerjaan terencana menyebut yang tidak ada lagi / planned work names what is no more",
    "management_lost": "pemantauan suatu wilayah terputus / the way to a region's management is lost",
    "source_quiet": "sumber alarm diam / an alarm source is quiet",
    "source_back": "sumber alarm berbicara lagi / an alarm source speaks again",
    "source_clock_wrong": "jam sumber alarm salah / the clock of an alarm source is wrong",
    "source_clock_right": "jam sumber alarm benar lagi / the clock of an alarm source is right again",
    "alarm_flood": "banjir alarm / flood of alarms",
    "alarm_flood_over": "banjir alarm berakhir / the flood of alarms is over",
    "intake_shed": "data masuk terlalu banyak, sebagian dibuang / more comes in than can be written",
    "intake_shed_over": "data masuk tidak lagi dibuang / nothing that comes in is shed any more",
    "backup_restored": "cadangan dipulihkan / a back-up was put back",
}


def title(kind: str) -> str:
    """Of a kind that only an older version knew, its name."""
    return next((words for known, words in ALERTS.items() if known == kind), kind)
