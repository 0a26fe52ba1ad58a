"""Sentences with made-up personal data, to see how much of it the scrubber finds.

DEVELOPMENT was looked at while the rules were written. HELD_OUT was written apart from the rules
and opened when they were finished: its numbers are the ones to quote. {first} and {last}
are the patient's own, known from the header; {other} and {other_last} are people it does not name.
"""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST = _words(
    "John Mary Robert Patricia Ahmed Fatima Wei Yuki Olga Dmitri José María Jürgen Søren Łukasz "
    "Zoë Chloé Aoife Siobhán Mehmet Ayşe Nguyen Priya Rajesh Kwame Ngozi Ivana Goran Eleni Noémie"
)
LAST = _words(
    "Smith Johnson Kowalczyk García Müller O'Brien Nakamura Petrov Sørensen Yılmaz Nguyen Banerjee "
    "Okafor Papadopoulos Dvořák Szabó Ferreira Lindqvist Haddad MacDonald Fitzgerald Schröder "
    "Castañeda D'Angelo Wójcik Bergström Mbeki Tanaka Ivanova White Brown Young Long Rose Baker"
)

DEVELOPMENT: dict[str, tuple[str, ...]] = {
    "patient name": (
        "Patient: {last}, {first}.",
        "{first} {last} presents for follow-up.",
        "Mr. {last} was positioned supine.",
        "NAME: {last}^{first}",
    ),
    "other name": (
        "Dictated by: Dr. {other}.",
        "Electronically signed by {other}, MD",
        "Findings were discussed with Dr. {other_last}.",
        "Referring physician: {other}",
        "Discussed with {other} at the time of the study.",
    ),
    "date": (
        "Comparison: {mdy}.",
        "Study performed on {iso}.",
        "Prior exam of {long_date} was reviewed.",
        "Seen on {dmony}.",
    ),
    "phone": ("Call {phone} with questions.", "Tel. {phone}.", "Pager: {pager}"),
    "number": ("MRN: {mrn}.", "Accession number {accession}.", "SSN {ssn}."),
    "email or link": ("Contact {email}.", "See {url} for images."),
    "address": ("Lives at {street}.",),
    "hospital": ("Transferred from {hospital}.",),
}

HELD_OUT: dict[str, tuple[str, ...]] = {
    "patient name": (
        "{first} is a pleasant patient of our practice.",
        "RE: {last} {first}",
        "Pt {last} tolerated the examination well.",
        "Exam requested for ms {last}, known to us.",
        "Mother reports that {first} has had cough for two weeks.",
        "{upper_last}, {upper_first} PORTABLE CHEST",
    ),
    "other name": (
        "Thank you for referring this patient, Dr {other_last}.",
        "I, {other}, have personally reviewed the images and agree.",
        "Attending: {other}, M.D.",
        "Resident {other_last} was present for the procedure.",
        "Results phoned to {other}, RN, at 14:20.",
        "Interpreted by {other_last} MD",
        "Case reviewed together with Prof. {other}.",
        "Señora {other_last} acompaña a la paciente.",
        "Befundet durch Frau Dr. {other_last}.",
        "cc: {other}; {other_last}",
    ),
    "date": (
        "Compared with the study dated {mdy}.",
        "LMP {mdy_short}.",
        "Last CT {dotted}.",
        "Surgery took place {long_date}.",
        "Film of {ordinal_date}.",
        "Images acquired {iso} at 08:15.",
        "Vorbefund vom {german_date}.",
        "Control previo: {spanish_date}.",
        "Admitted {dmony}.",
        "First noted in {month_year}.",
        "DOB {mdy}.",
        "Exam date: {compact}",
    ),
    "phone": (
        "Please call back at {phone}.",
        "Results faxed to {phone} today.",
        "(ph {phone})",
        "Contact the reading room, extension {pager}.",
        "Urgent line {intl_phone}.",
        "Beeper {pager} for questions.",
    ),
    "number": (
        "Medical record no. {mrn}",
        "Pt ID {mrn} verified with wristband.",
        "Acc {accession}",
        "Order #{mrn} completed.",
        "Social security: {ssn}",
        "[{mrn}] chest two views",
        "Visit number {mrn}",
        "Study id {accession} sent to archive.",
    ),
    "email or link": (
        "Mail the images to {email}, please.",
        "Report link: {url}",
        "<{email}>",
    ),
    "address": (
        "Address on file: {street}.",
        "Patient moved to {street} last year.",
        "Resides in {town}.",
    ),
    "hospital": (
        "Outside films from {hospital} are not available.",
        "Seen at {hospital} for the same complaint.",
        "Referred by {hospital} emergency department.",
    ),
}

STREETS = (
    "1427 Elm Street, Springfield, IL 62704",
    "88 North Lakeshore Dr.",
    "5 Abbey Road",
    "2300 Pennsylvania Ave",
    "Lindenstraße 14",
    "17 rue Victor Hugo",
    "Calle Serrano 21",
)
TOWNS = ("Boise, ID 83702", "Burlington, VT 05401-1234", "Mill Valley, CA 94941")
HOSPITALS = (
    "St. Vincent's Hospital",
    "Cedar Ridge Medical Center",
    "Massachusetts General Hospital",
    "Klinikum Großhadern",
    "Hospital Universitario La Fe",
    "the Weatherford Clinic",
    "Royal Adelaide Hospital",
    "Hôpital Necker",
)
