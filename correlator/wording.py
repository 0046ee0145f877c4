"""The words of an explanation, in Bahasa Indonesia and English: `Line`s of a verdict in, sentences for staff out.

A template's field is the place of an argument and how it is shown: `{1:nats}`. English is what the replay contract
writes, byte for byte. What a kind of evidence is called stands with that kind. Pure: data in, text out.
"""

from collections.abc import Callable, Iterable
from string import Formatter
from typing import Any, Literal

from correlator.explanation import NAMED, Line, LineCode
from correlator.inference.evidence import KIND, SILENCE
from correlator.inference.likelihood import NAT
from topology.graph import Kind
from topology.model import Language

TEMPLATES: dict[LineCode, dict[Language, str]] = {
    "root": {
        "en": "Root: {0:element}, confidence {1:share}, score {2:nats} nats against no fault.",
        "id": "Akar penyebab: {0:element}, keyakinan {1:share}, skor {2:nats} nat dibanding tanpa gangguan.",
    },
    "prior": {
        "en": "Prior {0:nats}: how often such an element fails in ten minutes.",
        "id": "Peluang awal {0:nats}: seberapa sering elemen semacam ini rusak dalam sepuluh menit.",
    },
    "standby": {
        "en": "Prior {0:nats}: the other way is cut, and this one does not carry, though its light is there.",
        "id": "Prior {0:nats}: jalur lain putus, dan jalur ini tidak menyalurkan trafik walau link-nya menyala.",
    },
    "raised_prior": {
        "en": "Prior {0:nats}: how often such an element fails in ten minutes (planned work or precursors raise it).",
        "id": "Peluang awal {0:nats}: seberapa sering elemen semacam ini rusak dalam sepuluh menit"
        " (dinaikkan oleh pekerjaan terencana atau gejala awal).",
    },
    "ports_together": {
        "en": "Ports of it went dark together, and it tells of them itself: a card of it, their cable, or mains there.",
        "id": "Beberapa port-nya padam bersama dan ia sendiri melapor: card-nya, kabelnya, atau listrik di sana.",
    },
    "silent_card": {
        "en": "Ports of one card went dark at once, and it tells of them itself: its card, which nobody names.",
        "id": "Port di satu card padam bersamaan dan ia sendiri melaporkannya: card-nya, walau tak disebut.",
    },
    "silent_pons": {
        "en": "PONs of one card were lost at once, and no fibre is common to them: its card, which nobody names.",
        "id": "Beberapa PON di satu card padam bersamaan tanpa serat yang sama: card-nya, walau tak disebut.",
    },
    "equivalent": {
        "en": "No evidence can tell these apart: {0:names}.",
        "id": "Tidak ada bukti yang dapat membedakan elemen-elemen ini: {0:names}.",
    },
    "street": {
        "en": "It is well itself: {0:count} homes at it lost their mains together, and {1:count} of them called.",
        "id": "Elemen ini sendiri baik: {0:count} rumah di bawahnya padam listrik bersamaan, {1:count} menelepon.",
    },
    "part": {
        "en": "{0:count} of {1:count} ONTs at it are not lost, and its port says nothing: part of what hangs there,"
        " as a bundle of drops, rather than its feeder ({2:nats}).",
        "id": "{0:count} dari {1:count} ONT di bawahnya tidak hilang dan port-nya diam: sebagian di bawahnya,"
        " misalnya seikat kabel drop, bukan feeder-nya ({2:nats}).",
    },
    "places": {
        "en": "Without mains. Lost so far: {0:count} ({1:names}).",
        "id": "Tanpa listrik PLN. Yang padam sejauh ini: {0:count} ({1:names}).",
    },
    "explains": {
        "en": "Explains {0:count} x {1:told} ({2:nats}), as {3:some}",
        "id": "Menjelaskan {0:count} x {1:told} ({2:nats}), misalnya {3:some}",
    },
    "of_work": {
        "en": "Told since planned work that accounts for it began ({0:nats}): that part counts for nothing else.",
        "id": "Dilaporkan sejak pekerjaan terencana yang menjelaskannya dimulai ({0:nats}): bagian itu tidak dihitung.",
    },
    "again": {
        "en": "Told more than once of the same loss ({0:nats}): it counts once.",
        "id": "Kehilangan yang sama dilaporkan lebih dari sekali ({0:nats}): dihitung sekali.",
    },
    "by_place": {
        "en": "Counted by place, and for less than a fault of the network ({0:nats}): batteries carry on.",
        "id": "Dihitung per lokasi, dan kurang dari gangguan jaringan ({0:nats}): baterai masih menopang.",
    },
    "left": {
        "en": "Told by ports alone, since before an incident ended ({0:nats}): their clears may be lost.",
        "id": "Hanya dilaporkan port, sejak sebelum insiden berakhir ({0:nats}): kabar pulihnya bisa hilang.",
    },
    "at_once": {
        "en": "Told within a minute and a half of each other ({0:nats}): chance seldom is.",
        "id": "Dilaporkan dalam satu setengah menit ({0:nats}): jarang kebetulan.",
    },
    "on_battery": {
        "en": "Mains were lost there some time before, and batteries do not last ({0:nats}).",
        "id": "Listrik di sana padam beberapa waktu sebelumnya, dan baterai tidak bertahan lama ({0:nats}).",
    },
    "chance": {
        "en": "Stray alarms: many stand just now that nothing explains, or some came late ({0:nats}).",
        "id": "Alarm acak: saat ini banyak alarm tanpa penjelasan, atau sebagian datang terlambat ({0:nats}).",
    },
    "steady": {
        "en": "It has stood for long, and what is told by chance here is mostly over by then ({0:nats}).",
        "id": "Alarm ini sudah lama bertahan; alarm acak di sini umumnya sudah berakhir saat itu ({0:nats}).",
    },
    "vendor": {
        "en": "Its sources call it the root cause, or say that these alarms belong together ({0:nats}).",
        "id": "Sumbernya menyebutnya akar masalah, atau menyatakan alarm-alarm ini saling terkait ({0:nats}).",
    },
    "all_told": {
        "en": "Nothing that it predicts is silent.",
        "id": "Semua yang seharusnya melapor sudah melapor.",
    },
    "silent": {
        "en": "Expected but silent ({0:nats}): {1:silent}.",
        "id": "Seharusnya melapor, tetapi tidak ({0:nats}): {1:silent}.",
    },
    "silent_links": {
        "en": "Silent links: {0:names}.",
        "id": "Link yang tidak melapor: {0:names}.",
    },
    "complaints": {
        "en": "Complaints {0:nats}: {1:count} below it.",
        "id": "Keluhan {0:nats}: {1:count} dari pelanggan di bawahnya.",
    },
    "besides": {
        "en": "Fails together with {0:names}: only together do they cut the island off.",
        "id": "Rusak bersamaan dengan {0:names}: bagian jaringan itu baru terisolasi jika semuanya rusak.",
    },
    "alone": {
        "en": "No other single element explains any of it.",
        "id": "Tidak ada elemen tunggal lain yang menjelaskan gejala ini, sebagian sekalipun.",
    },
    "instead": {
        "en": "Instead {0:element}: {1:nats} nats.",
        "id": "Kemungkinan lain, {0:element}: {1:nats} nat.",
    },
    "only_unreached": {
        "en": "Instead only the poller's way there is lost, and nothing is broken: {0:nats} nats.",
        "id": "Kemungkinan lain, hanya jalur pemantauan ke sana yang terputus dan tidak ada yang rusak: {0:nats} nat.",
    },
    "tell_apart": {
        "en": "To tell them apart: look at link {0:name}; it is dark only if {1:name} failed.",
        "id": "Untuk membedakan: periksa link {0:name}; link ini down hanya jika {1:name} yang rusak.",
    },
    "explained": {
        "en": "Incident {0:name} explains it: simpul explain {0:name}",
        "id": "Dijelaskan oleh insiden {0:name}: simpul explain {0:name} --lang id",
    },
    "suspected": {
        "en": "Incident {0:name} is suspected of it, and is not settled yet: simpul explain {0:name}",
        "id": "Insiden {0:name} diduga menjelaskannya, tetapi belum dipastikan: simpul explain {0:name} --lang id",
    },
    "ended": {
        "en": "It ended on {0:name}.",
        "id": "Alarm ini pulih pada {0:name}.",
    },
    "crowded": {
        "en": "It was let go on {0:name}: too many alarms stood, and this was among those that matter least.",
        "id": "Alarm ini dilepas pada {0:name}: alarm aktif terlalu banyak, dan alarm ini termasuk yang paling ringan.",
    },
    "aged": {
        "en": "Presumed over on {0:name}: nobody had told of it for longer than the policy waits for its type.",
        "id": "Dianggap pulih pada {0:name}: tidak ada kabar lebih lama daripada batas kebijakan untuk jenisnya.",
    },
    "belied": {
        "en": "Presumed over on {0:name}: what has its only way there was reached again, or spoke itself.",
        "id": "Dianggap pulih pada {0:name}: yang hanya tersambung lewat sana menjawab lagi.",
    },
    "stale": {
        "en": "Presumed over on {0:name}: its way is well again, and whoever told of it had lost sight of it.",
        "id": "Dianggap pulih pada {0:name}: jalannya pulih, dan sumbernya tidak melihatnya lagi.",
    },
    "by_hand": {
        "en": "It counts as over since {0:name}: a person closed its incident; its source has not said so.",
        "id": "Dianggap pulih sejak {0:name}: insidennya ditutup orang; sumbernya belum menyatakan pulih.",
    },
    "unknown_object": {
        "en": "The inventory lacks {0:name}: the alarm is shown and counted, and speaks for nothing.",
        "id": "{0:name} tidak ada di inventaris: alarmnya ditampilkan dan dihitung, tetapi tidak menunjuk apa pun.",
    },
    "precursor": {
        "en": "{0:name} is a precursor: nothing is down for it; it makes a failure more likely.",
        "id": "{0:name} adalah gejala awal: belum ada yang terputus; kerusakan menjadi lebih mungkin.",
    },
    "no_state": {
        "en": "{0:name} tells of an event and of no state: it speaks for no fault.",
        "id": "{0:name} mengabarkan kejadian, bukan keadaan: tidak menunjuk gangguan apa pun.",
    },
    "shelved": {
        "en": "It is shelved until {0:name}, and counts for nothing till then.",
        "id": "Alarm ini ditangguhkan sampai {0:name}, dan sampai saat itu tidak diperhitungkan.",
    },
    "planned": {
        "en": "Planned work {0:name} accounts for it until {1:name}.",
        "id": "Termasuk dalam pekerjaan terencana {0:name} sampai {1:name}.",
    },
    "out_of_sight": {
        "en": "{0:name} has lost sight of its device: what else would tell of a fault there is not heard.",
        "id": "{0:name} tidak lagi memantau perangkatnya: tanda lain dari gangguan di sana tidak terdengar.",
    },
    "not_serious": {
        "en": "It is neither major nor critical: the NOC is not told of it by itself.",
        "id": "Tingkatnya bukan major atau critical: NOC tidak diberi tahu tentang alarm ini saja.",
    },
    "never_told": {
        "en": "The policy has the NOC not told of such alarms (faults.unexplained_min is 0).",
        "id": "Menurut kebijakan, NOC tidak diberi tahu tentang alarm semacam ini (faults.unexplained_min adalah 0).",
    },
    "not_yet": {
        "en": "The {0:count} min that an explanation may take are over on {1:name}; then the NOC is told.",
        "id": "Batas {0:count} menit untuk menemukan penjelasan habis pada {1:name}; setelah itu NOC diberi tahu.",
    },
    "told": {
        "en": "The NOC was told on {0:name} that nothing explains it.",
        "id": "NOC diberi tahu pada {0:name} bahwa alarm ini belum dijelaskan apa pun.",
    },
    "light_ticket": {
        "en": "Its ticket: {0:name}.",
        "id": "Tiketnya: {0:name}.",
    },
    "no_light_ticket": {
        "en": "It has no ticket of its own: too many such alarms were told within an hour.",
        "id": "Alarm ini tidak mendapat tiket sendiri: terlalu banyak alarm semacam ini dalam satu jam.",
    },
    "best": {
        "en": "What would have explained it best, as weighed when the NOC was told; above 0 nats it is a suspicion:",
        "id": "Penjelasan terbaik saat NOC diberi tahu; baru di atas 0 nat menjadi dugaan:",
    },
    "no_best": {
        "en": "No element would explain it.",
        "id": "Tidak ada elemen yang dapat menjelaskannya.",
    },
}
ELEMENTS: dict[Kind | Literal["external"], str] = {  # in English they are called as in the inventory
    "site": "lokasi",
    "conduit": "saluran kabel",
    "span": "ruas serat",
    "device": "perangkat",
    "splitter": "splitter",
    "link": "link",
    "service": "layanan",
    "risk_group": "kelompok risiko",
    "port": "port",
    "external": "di luar jaringan",
}


def sentence(line: Line | str, language: Language) -> str:
    """One line as staff read it. What an older version kept as a sentence stays as it is."""
    if isinstance(line, str):
        return line
    return "".join(
        text if shown is None else text + shown(line.arguments[place], language)
        for text, place, shown in PARTS[language, line.code]
    )


def sentences(lines: Iterable[Line | str], language: Language) -> list[str]:
    return [sentence(line, language) for line in lines]


def kind_word(kind: Any, language: Language) -> str:
    """What an element of this kind is called; "external" is none in the network."""
    if language == "en":
        return "outside the network" if kind == "external" else str(kind)
    return ELEMENTS[kind]


def decimal(number: str, language: Language) -> str:
    return number.replace(".", ",") if language == "id" else number


def _nats(micro: int, language: Language) -> str:
    return decimal(f"{micro / NAT:+.1f}", language)


def _share(ppm: int, language: Language) -> str:
    return decimal(f"{ppm / 1e6:.2f}", language)


def _element(element: tuple[Any, str], language: Language) -> str:
    """Of (kind, name)."""
    kind, name = element
    called = kind_word(kind, language)
    return called if kind == "external" else f"{called} {name}"


def _names(names: tuple[str, ...], _: Language) -> str:
    return ", ".join(names)


def _some(names: tuple[str, ...], _: Language) -> str:
    """Ends its sentence: with three dots where the list goes on."""
    return ", ".join(names[:NAMED]) + (", ..." if len(names) > NAMED else ".")


def _silent(counted: tuple[tuple[str, int], ...], language: Language) -> str:
    return ", ".join(f"{count} x {SILENCE[kind].words[language]}" for kind, count in counted)


Shown = Callable[[Any, Language], str]
SHOWN: dict[str, Shown] = {
    "count": lambda number, _: str(number),
    "element": _element,
    "name": lambda name, _: str(name),
    "names": _names,
    "nats": _nats,
    "silent": _silent,
    "share": _share,
    "some": _some,
    "told": lambda kind, language: KIND[kind].words[language],
}


def _parts(template: str) -> list[tuple[str, int, Shown | None]]:
    """Text, and the argument that follows it; None where none does."""
    return [(text, int(place or 0), SHOWN[how] if how else None) for text, place, how, _ in Formatter().parse(template)]


PARTS = {  # parsed once: a replay writes many thousands of lines
    (language, code): _parts(template) for code, both in TEMPLATES.items() for language, template in both.items()
}
