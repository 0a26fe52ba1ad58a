"""Why there is no number, and what is to be known of one that is there.

Records keep the code, or "code: detail"; `sentence` is what people read.
"""

REFUSALS = {
    "no_scale": "The picture is not calibrated: no region says how large a pixel is.",
    "wrong_scale": "The calibration cannot be right: a pixel would have an impossible size.",
    "scale_units": "The region is not calibrated in centimetres in both directions.",
    "region_outside": "The calibrated region reaches beyond the picture, which was made smaller "
    "or cut after it was calibrated.",
    "two_regions": "Several pictures are side by side: which of them shows the heart is not known.",
    "no_frame_time": "The header does not say how much time lies between frames.",
    "one_frame": "One frame alone shows no beat.",
    "other_still": "Its number stands with the end-diastolic picture of the same study.",
    "several_stills": "Which single frames of the study are end-diastole and end-systole of one "
    "beat is not known.",
    "stills_differ": "The single frames of the study cannot be compared: their sizes differ.",
    "too_short": "The clip is shorter than a heart beat.",
    "half_a_beat": "The clip shows no whole contraction from end-diastole to end-systole.",
    "no_contraction": "The area of the cavity hardly changes: no beat can be seen.",
    "one_beat": "A rate takes the time from one beat to the next.",
    "rate_disagrees": "The heart rate in the header contradicts the times of its frames: one of "
    "them is wrong.",
    "empty_mask": "The left ventricle was not found in enough frames.",
    "no_ventricle": "No left ventricle is seen here.",
    "colour_box": "Colour Doppler lies over the picture and hides the walls.",
    "doppler": "This is a Doppler spectrum, not a picture of the heart.",
    "not_ultrasound": "This is not ultrasound.",
    "view": "This cannot be measured in this view.",
    "view_off": "No labelled pictures of this view were at hand, so it is not measured.",
    "systole_larger": "End-systole is larger than end-diastole, which cannot be.",
    "no_walls": "The walls could not be followed.",
    "sex_unknown": "The limits differ between men and women, and the sex is not known.",
    "no_body_size": "Height and weight of the patient are not in the header.",
    "no_value": "There is no value to grade.",
    "not_for_species": "These limits are for people.",
    "no_two_chamber": "There is no two-chamber clip of the same study.",
    "no_network": "There are no segmentation weights: this build has none, and "
    "SIMILIS_SEGMENTER_WEIGHTS names no file.",
    "unreadable": "The frames could not be read.",
}  # fmt: skip

NOTES = {
    "square_pixels": "square pixels are assumed",
    "assumed_frame_time": "frames are assumed to be evenly spaced; only their order is used",
    "view_assumed": "the header names no view; it is taken for apical four-chamber",
    "view_not_trained": "the network has not been trained on this view",
    "species_not_trained": "the network has been trained on people",
    "single_plane": "from one plane",
    "from_stills": "from one end-diastolic and one end-systolic frame",
    "phase_by_size": "nothing names end-diastole: the larger cavity was taken for it",
    "edge_of_clip": "end-diastole or end-systole is at the edge of the clip",
    "one_beat_only": "from one beat",
    "irregular": "the beats are irregular",
    "few_frames": "few frames a beat",
    "axes_differ": "the long axes of both planes differ: one may miss the apex",
    "low_confidence": "the network is not sure of the contours",
    "missing_frames": "no ventricle was found in some frames",
    "header_rate": "the header has another heart rate",
    "frames_dropped": "frames are unevenly spaced: some may be missing",
    "by_r_waves": "beats begin at the R waves that the header names",
    "r_waves_disagree": "the R waves in the header do not fit the curve, and are not used",
    "edited": "a person has corrected it",
    "phantoms_only": "validated on phantoms only: no public labelled M-mode set is at hand",
    "other_mode_sure": "found by the look of the picture, not by the header",
}


def with_detail(code: str, detail: str = "") -> str:
    """A code as records keep it."""
    return f"{code}: {detail}" if detail else code


def code_of(stored: str) -> str:
    """The code of what a record keeps."""
    return stored.partition(": ")[0]


def sentence(stored: str) -> str:
    """What people read for a reason or note; "" stays "", and unknown codes stay themselves."""
    code, _, detail = stored.partition(": ")
    known = REFUSALS.get(code) or NOTES.get(code) or code
    if not detail:
        return known
    return f"{known[:-1]} ({detail})." if known.endswith(".") else f"{known} ({detail})"
