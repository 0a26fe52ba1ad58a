"""What people read for the names of measurements and methods."""

LABELS = {
    "ejection_fraction": "Ejection fraction",
    "ejection_fraction_range": "Ejection fraction, largest less smallest beat",
    "end_diastolic_volume": "End-diastolic volume",
    "end_systolic_volume": "End-systolic volume",
    "stroke_volume": "Stroke volume",
    "heart_rate": "Heart rate",
    "fractional_area_change": "Fractional area change",
    "lv_long_axis_ed": "Long axis, end-diastole",
    "lv_long_axis_es": "Long axis, end-systole",
    "lv_area_ed": "Cavity area, end-diastole",
    "lv_area_es": "Cavity area, end-systole",
    "lv_internal_diameter_ed": "LV internal diameter, end-diastole",
    "lv_internal_diameter_es": "LV internal diameter, end-systole",
    "septum_ed": "Septum, end-diastole",
    "septum_es": "Septum, end-systole",
    "posterior_wall_ed": "Posterior wall, end-diastole",
    "posterior_wall_es": "Posterior wall, end-systole",
    "fractional_shortening": "Fractional shortening",
    "relative_wall_thickness": "Relative wall thickness",
    "lv_mass": "LV mass",
    "lv_mass_index": "LV mass by body surface",
}
LINES = {
    "septum_top": "Septum, upper line",
    "septum": "Septum, lower line",
    "posterior": "Posterior wall, upper line",
    "posterior_bottom": "Posterior wall, lower line",
}
METHODS = {
    "discs": "discs, one plane",
    "biplane_discs": "discs, two planes",
    "area_length": "area-length",
    "teichholz": "Teichholz",
    "m_mode": "M-mode",
    "cube": "cube formula",
    "beats": "time between beats",
    "long_axis": "apex to mitral plane",
    "area": "area of the cavity",
}


def label_of(name: str) -> str:
    """What people read for a measurement."""
    return LABELS.get(name, name.replace("_", " ").capitalize())


def method_label(method: str) -> str:
    """What people read for a method."""
    return METHODS.get(method, method.replace("_", " "))
