"""The demo's customers: all invented. No telephone in the country answers to +62 000, no mailbox to example.com."""

from random import Random

from topology.model import Customer, Language, Segment

FORMS = ("PT", "PT", "CV", "Koperasi")
FIRST = ("Samudra", "Bintang", "Cakra", "Delta", "Surya", "Lintas", "Mega", "Nusa", "Puspa", "Rimba", "Tirta", "Wana")
SECOND = ("Ilir", "Hulu", "Timur", "Kencana", "Lestari", "Makmur", "Raya", "Sentosa", "Utama", "Wijaya")
THIRD = ("Niaga", "Pangan", "Medika", "Logistik", "Wisata", "Tekstil", "Mineral", "Data", "Edukasi", "Bahari")


def household(number: int, chance: Random) -> Customer:
    """A subscriber with a line at home; one in twenty reads English."""
    return Customer(
        id=f"CU-{number:06}",
        name=f"Pelanggan {number:06}",
        segment="residential",
        language="en" if chance.random() < 0.05 else "id",
        phone=phone(number),
        email=f"pelanggan{number:06}@example.com",
    )


def company(number: int, segment: Segment, chance: Random) -> Customer:
    """An invented company; one enterprise in eight is strategic (SOP 6), one in four reads English."""
    words = chance.choice(FORMS), chance.choice(FIRST), chance.choice(SECOND), chance.choice(THIRD)
    language: Language = "en" if chance.random() < 0.25 else "id"
    return Customer(
        id=f"CU-{number:06}",
        name=" ".join(words),
        segment=segment,
        strategic=segment == "enterprise" and chance.random() < 0.125,
        language=language,
        phone=phone(number),
        email=f"{words[1]}.{words[3]}.{number:06}@example.com".lower(),
    )


def phone(number: int) -> str:
    return f"+62000{number:07}"
