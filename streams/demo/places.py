"""Where the demo's network stands: real cities of the archipelago, by island group, with coordinates (WGS 84)."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt


@dataclass(frozen=True, slots=True)
class Place:
    """`code` names the city's equipment, `region` is its province, `weight` its share of the customers."""

    code: str
    city: str
    region: str
    lat: float
    lon: float
    weight: int = 1


SUMATRA = (
    Place("BTJ", "Banda Aceh", "Aceh", 5.548, 95.319),
    Place("LSW", "Lhokseumawe", "Aceh", 5.180, 97.141),
    Place("MDN", "Medan", "Sumatera Utara", 3.595, 98.672, 5),
    Place("SBG", "Sibolga", "Sumatera Utara", 1.740, 98.781),
    Place("PDG", "Padang", "Sumatera Barat", -0.947, 100.417, 2),
    Place("PKU", "Pekanbaru", "Riau", 0.507, 101.448, 3),
    Place("DUM", "Dumai", "Riau", 1.667, 101.443),
    Place("BTH", "Batam", "Kepulauan Riau", 1.130, 104.053, 3),
    Place("TNJ", "Tanjungpinang", "Kepulauan Riau", 0.918, 104.446),
    Place("DJB", "Jambi", "Jambi", -1.610, 103.613),
    Place("PLM", "Palembang", "Sumatera Selatan", -2.991, 104.757, 3),
    Place("BKS", "Bengkulu", "Bengkulu", -3.795, 102.259),
    Place("TKG", "Bandar Lampung", "Lampung", -5.430, 105.262, 2),
    Place("PGK", "Pangkalpinang", "Kepulauan Bangka Belitung", -2.129, 106.114),
)
JAVA = (
    Place("SRG", "Serang", "Banten", -6.120, 106.150, 2),
    Place("TNG", "Tangerang", "Banten", -6.178, 106.630, 3),
    Place("JKT", "Jakarta", "DKI Jakarta", -6.200, 106.816, 12),
    Place("BKI", "Bekasi", "Jawa Barat", -6.238, 106.992, 4),
    Place("BGR", "Bogor", "Jawa Barat", -6.595, 106.789, 3),
    Place("BDO", "Bandung", "Jawa Barat", -6.914, 107.609, 5),
    Place("CBN", "Cirebon", "Jawa Barat", -6.732, 108.552, 2),
    Place("TSM", "Tasikmalaya", "Jawa Barat", -7.327, 108.220),
    Place("PWT", "Purwokerto", "Jawa Tengah", -7.424, 109.239),
    Place("SMG", "Semarang", "Jawa Tengah", -6.966, 110.417, 4),
    Place("SOC", "Surakarta", "Jawa Tengah", -7.575, 110.824, 2),
    Place("YOG", "Yogyakarta", "DI Yogyakarta", -7.797, 110.370, 3),
    Place("MDU", "Madiun", "Jawa Timur", -7.630, 111.523),
    Place("SUB", "Surabaya", "Jawa Timur", -7.257, 112.752, 8),
    Place("MLG", "Malang", "Jawa Timur", -7.980, 112.630, 3),
    Place("BWX", "Banyuwangi", "Jawa Timur", -8.219, 114.369),
)
NUSA_TENGGARA = (
    Place("DPS", "Denpasar", "Bali", -8.650, 115.217, 4),
    Place("AMI", "Mataram", "Nusa Tenggara Barat", -8.583, 116.117, 10),
    Place("SWQ", "Sumbawa Besar", "Nusa Tenggara Barat", -8.500, 117.430, 4),
    Place("BMU", "Bima", "Nusa Tenggara Barat", -8.460, 118.727, 5),
    Place("LBJ", "Labuan Bajo", "Nusa Tenggara Timur", -8.496, 119.888),
    Place("MOF", "Maumere", "Nusa Tenggara Timur", -8.620, 122.211),
    Place("WGP", "Waingapu", "Nusa Tenggara Timur", -9.656, 120.264),
    Place("KOE", "Kupang", "Nusa Tenggara Timur", -10.178, 123.607, 2),
)
KALIMANTAN = (
    Place("PNK", "Pontianak", "Kalimantan Barat", -0.026, 109.342, 2),
    Place("PKY", "Palangka Raya", "Kalimantan Tengah", -2.210, 113.920),
    Place("BDJ", "Banjarmasin", "Kalimantan Selatan", -3.317, 114.590, 2),
    Place("BPN", "Balikpapan", "Kalimantan Timur", -1.267, 116.831, 3),
    Place("SRI", "Samarinda", "Kalimantan Timur", -0.502, 117.154, 2),
    Place("TRK", "Tarakan", "Kalimantan Utara", 3.313, 117.591),
)
SULAWESI = (
    Place("MKS", "Makassar", "Sulawesi Selatan", -5.147, 119.432, 5),
    Place("PRP", "Parepare", "Sulawesi Selatan", -4.013, 119.623),
    Place("MJU", "Mamuju", "Sulawesi Barat", -2.680, 118.886),
    Place("PLW", "Palu", "Sulawesi Tengah", -0.900, 119.870),
    Place("KDI", "Kendari", "Sulawesi Tenggara", -3.998, 122.513),
    Place("GTO", "Gorontalo", "Gorontalo", 0.543, 123.060),
    Place("MDC", "Manado", "Sulawesi Utara", 1.474, 124.842, 2),
)
MALUKU_PAPUA = (
    Place("TTE", "Ternate", "Maluku Utara", 0.790, 127.384),
    Place("AMQ", "Ambon", "Maluku", -3.695, 128.181),
    Place("SOQ", "Sorong", "Papua Barat Daya", -0.876, 131.255),
    Place("MKW", "Manokwari", "Papua Barat", -0.861, 134.062),
    Place("BIK", "Biak", "Papua", -1.190, 136.080),
    Place("TIM", "Timika", "Papua Tengah", -4.546, 136.887),
    Place("DJJ", "Jayapura", "Papua", -2.533, 140.717),
    Place("MKQ", "Merauke", "Papua Selatan", -8.493, 140.401),
)
PLACES = SUMATRA + JAVA + NUSA_TENGGARA + KALIMANTAN + SULAWESI + MALUKU_PAPUA

EARTH_KM = 6371.0


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The great circle between two points (latitude, longitude in degrees)."""
    (lat_a, lon_a), (lat_b, lon_b) = a, b
    across = sin(radians(lat_b - lat_a) / 2) ** 2
    along = cos(radians(lat_a)) * cos(radians(lat_b)) * sin(radians(lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(across + along))
