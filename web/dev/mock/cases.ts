const TOTAL = 2000;

const MODALITIES = ["CR", "DX", "CT", "MR", "US"];
const PARTS = ["CHEST", "ABDOMEN", "HEAD", "HEART", "KNEE"];
const VIEWS = ["PA", "AP", "LL", ""];
const SIDES = ["", "L", "R", "B"];
const SEXES = ["F", "M", "O", ""];
const LABELS = ["effusion", "cardiomegaly", "pneumonia", "no finding", "atelectasis"];
const REPORTS = [
  "Small left-sided pleural effusion with adjacent atelectasis. Heart size at the upper limit of normal. No pneumothorax.",
  "Patchy consolidation in the right lower lobe, in keeping with pneumonia. Follow-up after treatment is advised.",
  "Lungs are clear. No effusion, no consolidation. Normal cardiac silhouette.",
];

const of = <Item>(items: readonly Item[], place: number): Item =>
  items[place % items.length] as Item;

/** The place-th invented hit. */
export function hit(place: number, text: string) {
  const labels = [of(LABELS, place), of(LABELS, place * 3 + 1)].slice(0, 1 + (place % 2));
  const sex = of(SEXES, place * 7);
  const ageYears = place % 11 === 0 ? null : 20 + ((place * 13) % 70);
  const date = `20${10 + (place % 14)}-0${1 + (place % 9)}-1${place % 10}`;
  const modality = of(MODALITIES, place);
  const instance = {
    instanceUid: `2.25.${place}.1.1`,
    seriesUid: `2.25.${place}.1`,
    studyUid: `2.25.${place}`,
    modality,
    bodyPart: of(PARTS, place),
    view: of(VIEWS, place),
    laterality: of(SIDES, place * 5),
    description: "Routine",
    sex,
    ageYears,
    date,
    rows: 2048,
    columns: 1800,
    frames: modality === "US" ? 48 : 1,
    labels,
    lossy: place % 5 === 0,
    thumbnail: `/api/thumbnails/2.25.${place}/${place}.webp`,
  };
  const study = { studyUid: instance.studyUid, dataset: "demo", patient: `P${place}`, date };
  return {
    id: instance.seriesUid,
    rank: place + 1,
    score: 0.98 - place * 0.0004,
    cosine: 0.98 - place * 0.0004,
    textScore: text ? 3.2 : null,
    frame: instance.frames > 1 ? 11 : null,
    instance: place % 23 === 22 ? null : instance,
    case: { ...study, description: "Chest routine", sex, ageYears, modalities: [modality], labels },
    excerpt: place % 6 === 5 ? null : marked(of(REPORTS, place), text || "effusion"),
    notUseful: null,
  };
}

function marked(report: string, word: string) {
  const at = report.toLowerCase().indexOf(word.toLowerCase());
  if (at < 0) return [{ text: report, marked: false }];
  const end = at + word.length;
  return [
    { text: report.slice(0, at), marked: false },
    { text: report.slice(at, end), marked: true },
    { text: report.slice(end), marked: false },
  ];
}

export function totalOf(text: string, conditions: number): number {
  if (text === "nothing") return 0;
  return Math.max(0, Math.round(TOTAL / (1 + conditions * 6 + (text ? 2 : 0))));
}

export function facets() {
  const values = (items: readonly string[], labels: readonly string[] = items) =>
    items.map((value, place) => ({
      value,
      label: labels[place] ?? value,
      count: Math.round(900 / (place + 1)),
      selected: false,
    }));
  const facet = (name: string, label: string, kind: string, list: ReturnType<typeof values>) => ({
    name,
    label,
    kind,
    values: list,
    more: 0,
  });
  return [
    facet("DATASET", "Dataset", "KEYWORD", values(["demo", "trial"])),
    facet("MODALITY", "Modality", "KEYWORD", values(MODALITIES)),
    facet("BODY_PART", "Body part", "KEYWORD", values(PARTS)),
    facet("SEX", "Sex", "KEYWORD", values(["F", "M", "O"], ["Female", "Male", "Other"])),
    facet("AGE", "Age", "NUMBER", values(["60-69", "50-59", "70-79", "20-29"])),
    facet("DATE", "Date", "DATE", values(["2019", "2021", "2012", "2015"])),
    facet("LABEL", "Label", "KEYWORD", values(Array.from({ length: 40 }, (_, n) => `${of(LABELS, n)} ${n}`))),
    facet("HAS_REPORT", "Has report", "FLAG", values(["true", "false"], ["With report", "Without report"])),
  ];
}
