"""Formulas of the left ventricle. Lengths in mm; volumes in mL (1 mL = 1000 mm³)."""

import math

import numpy as np
import numpy.typing as npt

DISCS = 20
Numbers = npt.NDArray[np.float64]


def discs(diameters_mm: Numbers, length_mm: float) -> float:
    """Method of discs in one plane: V = (π/4) Σ aᵢ² · L/n (ASE/EACVI 2015). mL."""
    return float(math.pi / 4 * np.square(diameters_mm).sum() * length_mm / len(diameters_mm) / 1000)


def biplane_discs(
    four_mm: Numbers, two_mm: Numbers, four_length_mm: float, two_length_mm: float
) -> float:
    """Method of discs in two planes: V = (π/4) Σ aᵢ bᵢ · L/n with the longer L. mL."""
    length = max(four_length_mm, two_length_mm)
    return float(math.pi / 4 * np.dot(four_mm, two_mm) * length / len(four_mm) / 1000)


def area_length(area_mm2: float, length_mm: float) -> float:
    """V = 8 A² / (3 π L). mL; 0 where there is no length."""
    return 8 * area_mm2**2 / (3 * math.pi * length_mm) / 1000 if length_mm > 0 else 0.0


def teichholz(diameter_mm: float) -> float:
    """V = 7 D³ / (2.4 + D) with D in cm (Teichholz 1976). mL."""
    diameter = diameter_mm / 10
    return 7 * diameter**3 / (2.4 + diameter)


def ejection_fraction(end_diastolic: float, end_systolic: float) -> float:
    """(EDV − ESV) / EDV × 100. %; any unit of volume will do."""
    return (end_diastolic - end_systolic) / end_diastolic * 100


def fractional_shortening(lvidd_mm: float, lvids_mm: float) -> float:
    """(LVIDd − LVIDs) / LVIDd × 100. %."""
    return (lvidd_mm - lvids_mm) / lvidd_mm * 100


def mass_human_g(lvidd_mm: float, ivsd_mm: float, pwd_mm: float) -> float:
    """0.8 × 1.04 [(LVID + PW + IVS)³ − LVID³] + 0.6 with cm (ASE cube formula). g."""
    lvid, wall = lvidd_mm / 10, (ivsd_mm + pwd_mm) / 10
    return 0.8 * 1.04 * ((lvid + wall) ** 3 - lvid**3) + 0.6


def mass_mouse_mg(lvidd_mm: float, ivsd_mm: float, pwd_mm: float) -> float:
    """1.053 [(LVIDd + PWd + AWd)³ − LVIDd³] × 0.8 with mm. mg."""
    return 0.8 * 1.053 * ((lvidd_mm + ivsd_mm + pwd_mm) ** 3 - lvidd_mm**3)


def body_surface_m2(height_m: float, weight_kg: float) -> float:
    """0.007184 × weight^0.425 × height^0.725 with cm (Du Bois 1916). m²."""
    return float(0.007184 * weight_kg**0.425 * (height_m * 100) ** 0.725)


def relative_wall_thickness(lvidd_mm: float, pwd_mm: float) -> float:
    """2 PWd / LVIDd (ASE)."""
    return 2 * pwd_mm / lvidd_mm
