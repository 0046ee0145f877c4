"""Each line of an explanation, in both languages: the same arguments, the words of the house."""

from typing import get_args

import msgspec
import pytest

from correlator.explanation import Line, LineCode
from correlator.inference.evidence import KINDS as EVIDENCE
from correlator.inference.evidence import SILENCES
from correlator.inference.likelihood import NAT
from correlator.rows.incidents import IncidentRow
from correlator.wording import ELEMENTS, PARTS, TEMPLATES, sentence, sentences
from topology.graph import KINDS
from topology.model import Language

LANGUAGES = get_args(Language)
SPOKEN = [
    (
        Line("root", (("conduit", "C-77"), 949_999, 41 * NAT + NAT // 4)),
        "Root: conduit C-77, confidence 0.95, score +41.2 nats against no fault.",
        "Akar penyebab: saluran kabel C-77, keyakinan 0,95, skor +41,2 nat dibanding tanpa gangguan.",
    ),
    (
        Line("root", (("external", "external"), 500_000, 0)),
        "Root: outside the network, confidence 0.50, score +0.0 nats against no fault.",
        "Akar penyebab: di luar jaringan, keyakinan 0,50, skor +0,0 nat dibanding tanpa gangguan.",
    ),
    (
        Line("prior", (-12 * NAT,)),
        "Prior -12.0: how often such an element fails in ten minutes.",
        "Peluang awal -12,0: seberapa sering elemen semacam ini rusak dalam sepuluh menit.",
    ),
    (
        Line("raised_prior", (-9 * NAT,)),
        "Prior -9.0: how often such an element fails in ten minutes (planned work or precursors raise it).",
        "Peluang awal -9,0: seberapa sering elemen semacam ini rusak dalam sepuluh menit"
        " (dinaikkan oleh pekerjaan terencana atau gejala awal).",
    ),
    (
        Line("equivalent", (("C-77", "S-2"),)),
        "No evidence can tell these apart: C-77, S-2.",
        "Tidak ada bukti yang dapat membedakan elemen-elemen ini: C-77, S-2.",
    ),
    (
        Line("places", (2, ("ST-A", "ST-B"))),
        "Without mains. Lost so far: 2 (ST-A, ST-B).",
        "Tanpa listrik PLN. Yang padam sejauh ini: 2 (ST-A, ST-B).",
    ),
    (
        Line("explains", (3, "link_end", 12 * NAT, ("P-1", "P-2", "P-3"))),
        "Explains 3 x link end dark (+12.0), as P-1, P-2, P-3.",
        "Menjelaskan 3 x ujung link down (+12,0), misalnya P-1, P-2, P-3.",
    ),
    (
        Line("explains", (7, "device", 12 * NAT, ("D-1", "D-2", "D-3", "D-4"))),
        "Explains 7 x device unreachable (+12.0), as D-1, D-2, D-3, ...",
        "Menjelaskan 7 x perangkat tidak terjangkau (+12,0), misalnya D-1, D-2, D-3, ...",
    ),
    (
        Line("ports_together", ()),
        "Ports of it went dark together, and it tells of them itself: a card of it, their cable, or mains there.",
        "Beberapa port-nya padam bersama dan ia sendiri melapor: card-nya, kabelnya, atau listrik di sana.",
    ),
    (
        Line("silent_card", ()),
        "Ports of one card went dark at once, and it tells of them itself: its card, which nobody names.",
        "Port di satu card padam bersamaan dan ia sendiri melaporkannya: card-nya, walau tak disebut.",
    ),
    (
        Line("silent_pons", ()),
        "PONs of one card were lost at once, and no fibre is common to them: its card, which nobody names.",
        "Beberapa PON di satu card padam bersamaan tanpa serat yang sama: card-nya, walau tak disebut.",
    ),
    (
        Line("street", (10, 6)),
        "It is well itself: 10 homes at it lost their mains together, and 6 of them called.",
        "Elemen ini sendiri baik: 10 rumah di bawahnya padam listrik bersamaan, 6 menelepon.",
    ),
    (
        Line("part", (2, 8, 1 * NAT)),
        "2 of 8 ONTs at it are not lost, and its port says nothing: part of what hangs there, as a bundle of drops,"
        " rather than its feeder (+1.0).",
        "2 dari 8 ONT di bawahnya tidak hilang dan port-nya diam: sebagian di bawahnya, misalnya seikat kabel drop,"
        " bukan feeder-nya (+1,0).",
    ),
    (
        Line("of_work", (-14 * NAT,)),
        "Told since planned work that accounts for it began (-14.0): that part counts for nothing else.",
        "Dilaporkan sejak pekerjaan terencana yang menjelaskannya dimulai (-14,0): bagian itu tidak dihitung.",
    ),
    (
        Line("again", (-2 * NAT,)),
        "Told more than once of the same loss (-2.0): it counts once.",
        "Kehilangan yang sama dilaporkan lebih dari sekali (-2,0): dihitung sekali.",
    ),
    (
        Line("by_place", (-14 * NAT,)),
        "Counted by place, and for less than a fault of the network (-14.0): batteries carry on.",
        "Dihitung per lokasi, dan kurang dari gangguan jaringan (-14,0): baterai masih menopang.",
    ),
    (
        Line("left", (-5 * NAT,)),
        "Told by ports alone, since before an incident ended (-5.0): their clears may be lost.",
        "Hanya dilaporkan port, sejak sebelum insiden berakhir (-5,0): kabar pulihnya bisa hilang.",
    ),
    (
        Line("at_once", (3 * NAT,)),
        "Told within a minute and a half of each other (+3.0): chance seldom is.",
        "Dilaporkan dalam satu setengah menit (+3,0): jarang kebetulan.",
    ),
    (
        Line("on_battery", (NAT,)),
        "Mains were lost there some time before, and batteries do not last (+1.0).",
        "Listrik di sana padam beberapa waktu sebelumnya, dan baterai tidak bertahan lama (+1,0).",
    ),
    (
        Line("chance", (-2 * NAT,)),
        "Stray alarms: many stand just now that nothing explains, or some came late (-2.0).",
        "Alarm acak: saat ini banyak alarm tanpa penjelasan, atau sebagian datang terlambat (-2,0).",
    ),
    (
        Line("steady", (10 * NAT,)),
        "It has stood for long, and what is told by chance here is mostly over by then (+10.0).",
        "Alarm ini sudah lama bertahan; alarm acak di sini umumnya sudah berakhir saat itu (+10,0).",
    ),
    (
        Line("standby", (-5 * NAT,)),
        "Prior -5.0: the other way is cut, and this one does not carry, though its light is there.",
        "Prior -5,0: jalur lain putus, dan jalur ini tidak menyalurkan trafik walau link-nya menyala.",
    ),
    (Line("all_told"), "Nothing that it predicts is silent.", "Semua yang seharusnya melapor sudah melapor."),
    (
        Line("silent", (-5 * NAT, (("link", 2), ("ont", 14)))),
        "Expected but silent (-5.0): 2 x end of a silent link, 14 x ONT not lost.",
        "Seharusnya melapor, tetapi tidak (-5,0): 2 x ujung link yang diam, 14 x ONT yang tetap terhubung.",
    ),
    (Line("silent_links", (("L-1", "L-2"),)), "Silent links: L-1, L-2.", "Link yang tidak melapor: L-1, L-2."),
    (
        Line("complaints", (2 * NAT, 9)),
        "Complaints +2.0: 9 below it.",
        "Keluhan +2,0: 9 dari pelanggan di bawahnya.",
    ),
    (
        Line("besides", (("S-4",),)),
        "Fails together with S-4: only together do they cut the island off.",
        "Rusak bersamaan dengan S-4: bagian jaringan itu baru terisolasi jika semuanya rusak.",
    ),
    (
        Line("alone"),
        "No other single element explains any of it.",
        "Tidak ada elemen tunggal lain yang menjelaskan gejala ini, sebagian sekalipun.",
    ),
    (
        Line("instead", (("risk_group", "PLN-3"), -4 * NAT)),
        "Instead risk_group PLN-3: -4.0 nats.",
        "Kemungkinan lain, kelompok risiko PLN-3: -4,0 nat.",
    ),
    (
        Line("only_unreached", (-2 * NAT,)),
        "Instead only the poller's way there is lost, and nothing is broken: -2.0 nats.",
        "Kemungkinan lain, hanya jalur pemantauan ke sana yang terputus dan tidak ada yang rusak: -2,0 nat.",
    ),
    (
        Line("tell_apart", ("L-8", "S-2")),
        "To tell them apart: look at link L-8; it is dark only if S-2 failed.",
        "Untuk membedakan: periksa link L-8; link ini down hanya jika S-2 yang rusak.",
    ),
    (
        Line("explained", ("IN-000001",)),
        "Incident IN-000001 explains it: simpul explain IN-000001",
        "Dijelaskan oleh insiden IN-000001: simpul explain IN-000001 --lang id",
    ),
    (
        Line("suspected", ("IN-000001",)),
        "Incident IN-000001 is suspected of it, and is not settled yet: simpul explain IN-000001",
        "Insiden IN-000001 diduga menjelaskannya, tetapi belum dipastikan: simpul explain IN-000001 --lang id",
    ),
    (
        Line("ended", ("3 Mar 2026 10:00 WIB",)),
        "It ended on 3 Mar 2026 10:00 WIB.",
        "Alarm ini pulih pada 3 Mar 2026 10:00 WIB.",
    ),
    (
        Line("crowded", ("3 Mar 2026 10:00 WIB",)),
        "It was let go on 3 Mar 2026 10:00 WIB: too many alarms stood, and this was among those that matter least.",
        "Alarm ini dilepas pada 3 Mar 2026 10:00 WIB: alarm aktif terlalu banyak, dan alarm ini termasuk yang paling"
        " ringan.",
    ),
    (
        Line("aged", ("3 Mar 2026 10:00 WIB",)),
        "Presumed over on 3 Mar 2026 10:00 WIB: nobody had told of it for longer than the policy waits for its type.",
        "Dianggap pulih pada 3 Mar 2026 10:00 WIB: tidak ada kabar lebih lama daripada batas kebijakan untuk jenisnya.",
    ),
    (
        Line("belied", ("3 Mar 2026 10:00 WIB",)),
        "Presumed over on 3 Mar 2026 10:00 WIB: what has its only way there was reached again, or spoke itself.",
        "Dianggap pulih pada 3 Mar 2026 10:00 WIB: yang hanya tersambung lewat sana menjawab lagi.",
    ),
    (
        Line("stale", ("3 Mar 2026 10:00 WIB",)),
        "Presumed over on 3 Mar 2026 10:00 WIB: its way is well again, and whoever told of it had lost sight of it.",
        "Dianggap pulih pada 3 Mar 2026 10:00 WIB: jalannya pulih, dan sumbernya tidak melihatnya lagi.",
    ),
    (
        Line("by_hand", ("3 Mar 2026 10:00 WIB",)),
        "It counts as over since 3 Mar 2026 10:00 WIB: a person closed its incident; its source has not said so.",
        "Dianggap pulih sejak 3 Mar 2026 10:00 WIB: insidennya ditutup orang; sumbernya belum menyatakan pulih.",
    ),
    (
        Line("unknown_object", ("X-9",)),
        "The inventory lacks X-9: the alarm is shown and counted, and speaks for nothing.",
        "X-9 tidak ada di inventaris: alarmnya ditampilkan dan dihitung, tetapi tidak menunjuk apa pun.",
    ),
    (
        Line("precursor", ("high_temperature",)),
        "high_temperature is a precursor: nothing is down for it; it makes a failure more likely.",
        "high_temperature adalah gejala awal: belum ada yang terputus; kerusakan menjadi lebih mungkin.",
    ),
    (
        Line("no_state", ("other",)),
        "other tells of an event and of no state: it speaks for no fault.",
        "other mengabarkan kejadian, bukan keadaan: tidak menunjuk gangguan apa pun.",
    ),
    (
        Line("shelved", ("3 Mar 2026 10:00 WIB",)),
        "It is shelved until 3 Mar 2026 10:00 WIB, and counts for nothing till then.",
        "Alarm ini ditangguhkan sampai 3 Mar 2026 10:00 WIB, dan sampai saat itu tidak diperhitungkan.",
    ),
    (
        Line("planned", ("CR-1", "3 Mar 2026 10:00 WIB")),
        "Planned work CR-1 accounts for it until 3 Mar 2026 10:00 WIB.",
        "Termasuk dalam pekerjaan terencana CR-1 sampai 3 Mar 2026 10:00 WIB.",
    ),
    (
        Line("out_of_sight", ("poller",)),
        "poller has lost sight of its device: what else would tell of a fault there is not heard.",
        "poller tidak lagi memantau perangkatnya: tanda lain dari gangguan di sana tidak terdengar.",
    ),
    (
        Line("not_serious", ()),
        "It is neither major nor critical: the NOC is not told of it by itself.",
        "Tingkatnya bukan major atau critical: NOC tidak diberi tahu tentang alarm ini saja.",
    ),
    (
        Line("never_told", ()),
        "The policy has the NOC not told of such alarms (faults.unexplained_min is 0).",
        "Menurut kebijakan, NOC tidak diberi tahu tentang alarm semacam ini (faults.unexplained_min adalah 0).",
    ),
    (
        Line("not_yet", (15, "3 Mar 2026 10:00 WIB")),
        "The 15 min that an explanation may take are over on 3 Mar 2026 10:00 WIB; then the NOC is told.",
        "Batas 15 menit untuk menemukan penjelasan habis pada 3 Mar 2026 10:00 WIB; setelah itu NOC diberi tahu.",
    ),
    (
        Line("told", ("3 Mar 2026 10:00 WIB",)),
        "The NOC was told on 3 Mar 2026 10:00 WIB that nothing explains it.",
        "NOC diberi tahu pada 3 Mar 2026 10:00 WIB bahwa alarm ini belum dijelaskan apa pun.",
    ),
    (
        Line("vendor", (1_700_000,)),
        "Its sources call it the root cause, or say that these alarms belong together (+1.7).",
        "Sumbernya menyebutnya akar masalah, atau menyatakan alarm-alarm ini saling terkait (+1,7).",
    ),
    (Line("light_ticket", ("NT-20260303-900000",)), "Its ticket: NT-20260303-900000.", "Tiketnya: NT-20260303-900000."),
    (
        Line("no_light_ticket", ()),
        "It has no ticket of its own: too many such alarms were told within an hour.",
        "Alarm ini tidak mendapat tiket sendiri: terlalu banyak alarm semacam ini dalam satu jam.",
    ),
    (
        Line("best", ()),
        "What would have explained it best, as weighed when the NOC was told; above 0 nats it is a suspicion:",
        "Penjelasan terbaik saat NOC diberi tahu; baru di atas 0 nat menjadi dugaan:",
    ),
    (Line("no_best", ()), "No element would explain it.", "Tidak ada elemen yang dapat menjelaskannya."),
]


@pytest.mark.parametrize(("line", "english", "indonesian"), SPOKEN)
def test_a_line_in_both_languages(line: Line, english: str, indonesian: str) -> None:
    assert (sentence(line, "en"), sentence(line, "id")) == (english, indonesian)


def test_every_line_is_spoken_of_above() -> None:
    assert {line.code for line, _, _ in SPOKEN} == set(get_args(LineCode)) == TEMPLATES.keys()


@pytest.mark.parametrize("code", get_args(LineCode))
def test_both_languages_say_it_of_the_same(code: LineCode) -> None:
    shown = [{(place, how) for _, place, how in PARTS[language, code] if how} for language in LANGUAGES]
    assert shown[0] == shown[1]
    assert TEMPLATES[code].keys() == set(LANGUAGES)


def test_every_kind_has_its_word_in_both_languages() -> None:
    assert ELEMENTS.keys() == {*KINDS, "external"}
    assert all(kind.words.keys() == set(LANGUAGES) for kind in (*EVIDENCE, *SILENCES))


def test_rows_keep_lines_and_those_of_older_versions_sentences() -> None:
    row = IncidentRow("IN-1", "open", "C-77", 0, 0, 0)
    decode = msgspec.msgpack.Decoder(IncidentRow).decode
    row.explanation = tuple(line for line, _, _ in SPOKEN)
    assert decode(msgspec.msgpack.encode(row)) == row
    row.explanation = ("Root: conduit C-77, confidence 0.95.",)
    kept = decode(msgspec.msgpack.encode(row))
    assert sentences(kept.explanation, "id") == ["Root: conduit C-77, confidence 0.95."]


def test_a_group_without_mains_names_some_of_what_it_lost() -> None:
    row = IncidentRow("IN-1", "open", "GARDU", 0, 0, 0, places=tuple(f"ST-{n:02}" for n in range(12)))
    (line,) = sentences(row.why, "en")
    assert line.startswith("Without mains. Lost so far: 12 (ST-00, ST-01,")
    assert line.endswith("ST-09, ...).")
