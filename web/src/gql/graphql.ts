/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** How a report speaks of a finding. */
export const Assertion = {
  /** It is not there. */
  Absent: 'ABSENT',
  /** A relative has it. */
  Family: 'FAMILY',
  /** It was there. */
  Historical: 'HISTORICAL',
  /** It is thought of, not seen. */
  Hypothetical: 'HYPOTHETICAL',
  /** It is there (or probably is). */
  Present: 'PRESENT',
  /** It may be there. */
  Uncertain: 'UNCERTAIN'
} as const;

export type Assertion = typeof Assertion[keyof typeof Assertion];
/** A beat that a person chose; frames counted from 0. */
export type BeatInput = {
  /** The frame with the largest cavity. */
  endDiastole: number;
  /** The frame with the smallest cavity. */
  endSystole: number;
};

/** What cases are grouped by. */
export const CaseGroup = {
  /** Decade of age at the study, as 60-69. */
  Age: 'AGE',
  /** Month of the study, as 2019-05. */
  Month: 'MONTH',
  /** Sex of the patient. */
  Sex: 'SEX',
  /** Year of the study. */
  Year: 'YEAR'
} as const;

export type CaseGroup = typeof CaseGroup[keyof typeof CaseGroup];
/** A contour that a person drew, in pixels of the frame. */
export type ContourInput = {
  /** x, y, x, y: the ends of the mitral plane; null: where the machine saw them. */
  base?: Array<number> | null | undefined;
  /** Counted from 0. */
  frame: number;
  /** x, y, x, y, … of 8 to 400 points; closed. */
  line: Array<number>;
};

/** A correction of a finding (`before` and `after`), an overlooked one (`after`), or one that is none (`before`). */
export type CorrectionInput = {
  /** What it should be. */
  after?: StatedInput | null | undefined;
  /** The finding that is meant. */
  before?: MeantInput | null | undefined;
  /** Why; at most 2,000 characters. */
  comment?: string;
  /** The report. */
  reportId: string | number;
  /** The version that was read: it must be the current one. */
  reportVersion: number;
  /** The case. */
  studyUid: string | number;
};

/** What of the query itself is left out of the hits. */
export const Exclude = {
  /** Nothing. */
  None: 'NONE',
  /** Every study of its patient. */
  Patient: 'PATIENT',
  /** The instance that is asked with. */
  Self: 'SELF',
  /** Its study. */
  Study: 'STUDY'
} as const;

export type Exclude = typeof Exclude[keyof typeof Exclude];
/** One condition; several are all required. Numbers and days are text as on the command line: 60, 2019, 2019-05, 2019-05-31. */
export type FilterInput = {
  /** One of these. Of numbers and days also spans such as 60-69 or 2019. */
  anyOf?: Array<string> | null | undefined;
  /** A value is there (or is not). */
  exists?: boolean | null | undefined;
  /** The least, itself included; numbers and days. */
  from?: string | null | undefined;
  /** What is compared. */
  name: FilterName;
  /** None of these. */
  noneOf?: Array<string> | null | undefined;
  /** The greatest, itself included; numbers and days. */
  to?: string | null | undefined;
};

/** How values of a filter are compared. */
export const FilterKind = {
  /** Days, in ranges; a year or month means all of its days. */
  Date: 'DATE',
  /** true or false. */
  Flag: 'FLAG',
  /** Whole values, without regard to case. */
  Keyword: 'KEYWORD',
  /** Numbers, in ranges. */
  Number: 'NUMBER'
} as const;

export type FilterKind = typeof FilterKind[keyof typeof FilterKind];
/** What can be filtered by, and counted where its FilterInfo says so. */
export const FilterName = {
  /** Accession number, where identity is kept. */
  Accession: 'ACCESSION',
  /** Age at the study in years. */
  Age: 'AGE',
  /** Findings by ICD-10-CM block, e.g. J96-J99. */
  Block: 'BLOCK',
  /** Body part examined, e.g. CHEST. */
  BodyPart: 'BODY_PART',
  /** Findings by ICD-10-CM category, e.g. J98. */
  Category: 'CATEGORY',
  /** Findings by ICD-10-CM chapter, e.g. 10. */
  Chapter: 'CHAPTER',
  /** Findings by ICD-10-CM code, e.g. J98.11. */
  Code: 'CODE',
  /** Someone corrected its findings. */
  Corrected: 'CORRECTED',
  /** Dataset of the case. */
  Dataset: 'DATASET',
  /** Study date (shifted unless identity is kept). */
  Date: 'DATE',
  /** End-diastolic volume in mL. */
  Edv: 'EDV',
  /** Ejection fraction in %. */
  Ef: 'EF',
  /** Grade of the ejection fraction (ASE 2015). */
  EfClass: 'EF_CLASS',
  /** End-systolic volume in mL. */
  Esv: 'ESV',
  /** What reports find, e.g. effusion. */
  Finding: 'FINDING',
  /** A report is there. */
  HasReport: 'HAS_REPORT',
  /** Someone corrected these numbers. */
  HeartCorrected: 'HEART_CORRECTED',
  /** SOPInstanceUID. */
  InstanceUid: 'INSTANCE_UID',
  /** Label given with the data. */
  Label: 'LABEL',
  /** L, R, B or U. */
  Laterality: 'LATERALITY',
  /** Maker of the device. */
  Manufacturer: 'MANUFACTURER',
  /** DICOM modality, e.g. CT. */
  Modality: 'MODALITY',
  /** Month of the study date, e.g. 2019-05. */
  Month: 'MONTH',
  /** Patient pseudonym, or id if kept. */
  Patient: 'PATIENT',
  /** SeriesInstanceUID. */
  SeriesUid: 'SERIES_UID',
  /** Patient's sex: M, F or O. */
  Sex: 'SEX',
  /** StudyInstanceUID. */
  StudyUid: 'STUDY_UID',
  /** View position, e.g. PA. */
  View: 'VIEW'
} as const;

export type FilterName = typeof FilterName[keyof typeof FilterName];
/** How finely findings are told apart. */
export const FindingLevel = {
  /** Blocks such as J90-J94. */
  Block: 'BLOCK',
  /** Categories: the first three characters. */
  Category: 'CATEGORY',
  /** Chapters of ICD-10-CM. */
  Chapter: 'CHAPTER',
  /** Codes. */
  Code: 'CODE',
  /** Findings by name, several of which share a code. */
  Finding: 'FINDING'
} as const;

export type FindingLevel = typeof FindingLevel[keyof typeof FindingLevel];
/** Whose findings are meant. */
export const Findings = {
  /** The same after people's corrections. */
  Corrected: 'CORRECTED',
  /** Those of the tagger. */
  Tagged: 'TAGGED'
} as const;

export type Findings = typeof Findings[keyof typeof Findings];
/** Which findings a chart is about. */
export type FindingsInput = {
  /** What is counted, but in the overview. */
  assertion?: Assertion;
  /** How finely they are told apart. */
  by?: FindingLevel;
  /** What is told apart in spread and pairs, at most 50; the ten most frequent if none are given. */
  keys?: Array<string>;
  /** Only inside this chapter, block or category. */
  within?: string;
};

/** What one hit stands for. */
export const Group = {
  /** A study, by its best instance; also without images. */
  Case: 'CASE',
  /** One image object. */
  Instance: 'INSTANCE',
  /** A series, by its best instance. */
  Series: 'SERIES'
} as const;

export type Group = typeof Group[keyof typeof Group];
/** A correction as a whole: contours of single frames, the beats, or both. */
export type HeartCorrectionInput = {
  /** All beats; [] keeps those that the machine found. */
  beats?: Array<BeatInput>;
  /** Why; at most 2,000 characters. */
  comment?: string;
  /** Frames that are not named keep the machine's. */
  contours?: Array<ContourInput>;
  /** The image. */
  instanceUid: string | number;
};

/** Where long work is in its life. */
export const JobState = {
  /** Someone stopped it. */
  Cancelled: 'CANCELLED',
  /** It has ended well. */
  Done: 'DONE',
  /** It has ended with an error. */
  Failed: 'FAILED',
  /** It waits for its turn. */
  Queued: 'QUEUED',
  /** It is being done. */
  Running: 'RUNNING'
} as const;

export type JobState = typeof JobState[keyof typeof JobState];
/** A hit that does not help for a question. */
export type MarkInput = {
  /** Why; at most 2,000 characters. */
  comment?: string | null | undefined;
  /** The hit's instance; null: the whole case. */
  instanceUid?: string | number | null | undefined;
  /** The question; filters and paging do not matter. */
  search: SearchInput;
  /** The hit's study. */
  studyUid: string | number;
};

/** A finding as the case shows it now. */
export type MeantInput = {
  /** Where it begins. */
  begin: number;
  /** Where it ends. */
  end: number;
  /** Its name. */
  findingId: string;
};

/** What reports must say of a finding, where the text is its name and nothing else. */
export const Mentions = {
  /** It is not there. */
  Absent: 'ABSENT',
  /** No matter what: the words are looked for. */
  Any: 'ANY',
  /** A relative has it. */
  Family: 'FAMILY',
  /** It was there. */
  Historical: 'HISTORICAL',
  /** It is thought of, not seen. */
  Hypothetical: 'HYPOTHETICAL',
  /** It is there, or no report speaks of it. */
  Present: 'PRESENT',
  /** It may be there. */
  Uncertain: 'UNCERTAIN'
} as const;

export type Mentions = typeof Mentions[keyof typeof Mentions];
/** What became of a received file. */
export const Outcome = {
  /** It is kept with its case, but is no image. */
  Attached: 'ATTACHED',
  /** Something else has its name; nothing changed. */
  Conflict: 'CONFLICT',
  /** It was there already. */
  Duplicate: 'DUPLICATE',
  /** It is an image and can be found. */
  Indexed: 'INDEXED',
  /** It could not be taken; the reason says why. */
  Refused: 'REFUSED'
} as const;

export type Outcome = typeof Outcome[keyof typeof Outcome];
/** What is asked: like a picture, with words, or both; not `like` and `queryFile`. */
export type SearchInput = {
  /** What of the query itself is left out of the hits. */
  exclude?: Exclude | null | undefined;
  /** Conditions; all are required. */
  filters?: Array<FilterInput> | null | undefined;
  /** Whether filters and counts of findings are as the tagger found them, or after people's corrections. */
  findings?: Findings | null | undefined;
  /** Ask with this frame only, counted from 0; null: with all. */
  frame?: number | null | undefined;
  /** What one hit stands for. */
  group?: Group | null | undefined;
  /** UID of a stored instance that hits should look like. */
  like?: string | number | null | undefined;
  /** What reports must say of a finding that the text is the name of. */
  mentions?: Mentions | null | undefined;
  /** Id of an uploaded file that is not stored. */
  queryFile?: string | number | null | undefined;
  /** Another order than that of ids or relevance; not with pictures. */
  sort?: SortInput | null | undefined;
  /** Words that the case's text must hold: "a phrase", begin*, a OR b, -without. */
  text?: string | null | undefined;
};

/** The order of a number or date filter; hits without a value come last. */
export type SortInput = {
  /** The largest first. */
  descending?: boolean;
  /** A filter of the kind NUMBER or DATE, such as EF. */
  name: FilterName;
};

/** What a finding should be. */
export type StatedInput = {
  /** How the report speaks of it. */
  assertion: Assertion;
  /** Where its words begin, in Unicode code points of the report's text. */
  begin: number;
  /** ICD-10-CM code. */
  code: string;
  /** Where they end; at most 500 further on. */
  end: number;
  /** Its name, as FindingTerm gives it; "" keeps it, or names the code. */
  findingId?: string;
};

export type AboutQueryVariables = Exact<{ [key: string]: never; }>;


export type AboutQuery = { about: { version: string, cases: number, instances: number, datasets: Array<string>, seeded: boolean, mayAdd: boolean, maxUploadMb: number, disclaimer: string, model: { modelId: string, architecture: string, source: string, precision: string, meaningful: boolean, warning: string | null } | null }, me: { name: string } };

export type WithdrawAnnotationMutationVariables = Exact<{
  id: string | number;
  studyUid: string | number;
}>;


export type WithdrawAnnotationMutation = { withdrawAnnotation: { annotationId: string, withdrawn: boolean } };

export type FindingCountsFragment = { key: string, description: string, present: number, absent: number, uncertain: number, historical: number, hypothetical: number, family: number };

export type FindingsOverviewQueryVariables = Exact<{
  input: SearchInput;
  neighbours: number;
  among?: Array<FilterInput> | FilterInput | null | undefined;
  of: FindingsInput;
  focus: FindingsInput;
  hasFocus: boolean;
}>;


export type FindingsOverviewQuery = { analytics: { overview: { totalCases: number, reportedCases: number, rows: Array<{ key: string, description: string, present: number, absent: number, uncertain: number, historical: number, hypothetical: number, family: number }> }, focus?: { rows: Array<{ key: string, description: string, present: number, absent: number, uncertain: number, historical: number, hypothetical: number, family: number }> } } };

export type FindingsSpreadQueryVariables = Exact<{
  input: SearchInput;
  neighbours: number;
  among?: Array<FilterInput> | FilterInput | null | undefined;
  of: FindingsInput;
  groupBy: CaseGroup;
}>;


export type FindingsSpreadQuery = { analytics: { spread: { moreKeys: number, unknown: number, totalCases: number, keys: Array<{ key: string, description: string, present: number, absent: number, uncertain: number, historical: number, hypothetical: number, family: number }>, groups: Array<{ name: string, cases: number, reportedCases: number, counts: Array<{ key: string, cases: number }> }> } } };

export type OneFindingQueryVariables = Exact<{
  input: SearchInput;
  neighbours: number;
  among?: Array<FilterInput> | FilterInput | null | undefined;
  present: FindingsInput;
  absent: FindingsInput;
  uncertain: FindingsInput;
  historical: FindingsInput;
  groupBy: CaseGroup;
}>;


export type OneFindingQuery = { analytics: { present: { unknown: number, totalCases: number, keys: Array<{ key: string, description: string, present: number, absent: number, uncertain: number, historical: number, hypothetical: number, family: number }>, groups: Array<{ name: string, cases: number, reportedCases: number, counts: Array<{ cases: number }> }> }, absent: { groups: Array<{ name: string, counts: Array<{ cases: number }> }> }, uncertain: { groups: Array<{ name: string, counts: Array<{ cases: number }> }> }, historical: { groups: Array<{ name: string, counts: Array<{ cases: number }> }> } } };

export type FindingPairsQueryVariables = Exact<{
  input: SearchInput;
  neighbours: number;
  among?: Array<FilterInput> | FilterInput | null | undefined;
  of: FindingsInput;
}>;


export type FindingPairsQuery = { analytics: { cooccurrence: { moreKeys: number, totalCases: number, reportedCases: number, keys: Array<{ key: string, description: string, present: number, absent: number, uncertain: number, historical: number, hypothetical: number, family: number }>, pairs: Array<{ one: string, other: string, cases: number, lift: number }> } } };

export type FindingEnrichmentQueryVariables = Exact<{
  input: SearchInput;
  neighbours: number;
  among?: Array<FilterInput> | FilterInput | null | undefined;
  of: FindingsInput;
}>;


export type FindingEnrichmentQuery = { analytics: { enrichment: { setSize: number, archiveSize: number, totalCases: number, rows: Array<{ key: string, description: string, inSet: number, inArchive: number, lift: number, oddsRatio: number, low: number, high: number, p: number, q: number }> } } };

export type CasePageQueryVariables = Exact<{
  uid: string | number;
  text?: string | null | undefined;
}>;


export type CasePageQuery = { case: { studyUid: string, dataset: string, patient: string, date: string | null, description: string, sex: string, ageYears: number | null, modalities: Array<string>, labels: Array<string>, identityKept: boolean, series: Array<{ seriesUid: string, number: number | null, description: string, modality: string, bodyPart: string, laterality: string, thumbnail: string | null, instances: Array<{ instanceUid: string, number: number | null, frames: number, thumbnail: string | null, viewable: boolean, view: string, laterality: string, labels: Array<string> }> }>, attachments: Array<{ instanceUid: string, title: string, modality: string, sopClass: string, original: string | null }>, reports: Array<{ reportId: string, version: number, status: string, date: string | null, current: boolean, pieces: Array<{ text: string, marked: boolean }> }>, timeline: Array<{ studyUid: string, date: string | null, description: string, modalities: Array<string>, reportDates: Array<string>, thumbnail: string | null, isThis: boolean, imageCount: number }>, measurements: Array<{ instanceUid: string, value: number | null, reason: { code: string } | null }>, annotations: Array<{ annotationId: string, kind: string, author: string, at: string, withdrawn: boolean, comment: string }> } };

export type InstanceHeaderQueryVariables = Exact<{
  uid: string | number;
}>;


export type InstanceHeaderQuery = { instance: { instanceUid: string, original: string | null, header: Array<{ tag: string, keyword: string, vr: string, value: string }> } };

export type ComparedInstanceQueryVariables = Exact<{
  uid: string | number;
}>;


export type ComparedInstanceQuery = { instance: { instanceUid: string, seriesUid: string, studyUid: string, date: string | null, viewable: boolean }, case: { patient: string } };

export type ComparedFileQueryVariables = Exact<{
  id: string | number;
}>;


export type ComparedFileQuery = { queryFile: { instanceUid: string, seriesUid: string, studyUid: string, date: string | null } };

export type CaseFindingFragment = { reportId: string, reportVersion: number, begin: number, end: number, text: string, findingId: string, code: string, description: string, assertion: Assertion, trigger: string, section: string, laterality: string, severity: string, location: string, taggerId: string };

export type CaseEvidenceFragment = { findings: Array<{ reportId: string, reportVersion: number, begin: number, end: number, text: string, findingId: string, code: string, description: string, assertion: Assertion, trigger: string, section: string, laterality: string, severity: string, location: string, taggerId: string }>, corrections: Array<{ annotationId: string, author: string, at: string, withdrawnAt: string | null, reportId: string, reportVersion: number, comment: string, inForce: boolean, before: { reportId: string, reportVersion: number, begin: number, end: number, text: string, findingId: string, code: string, description: string, assertion: Assertion, trigger: string, section: string, laterality: string, severity: string, location: string, taggerId: string } | null, after: { reportId: string, reportVersion: number, begin: number, end: number, text: string, findingId: string, code: string, description: string, assertion: Assertion, trigger: string, section: string, laterality: string, severity: string, location: string, taggerId: string } | null }> };

export type CaseEvidenceOfQueryVariables = Exact<{
  uid: string | number;
}>;


export type CaseEvidenceOfQuery = { case: { findings: Array<{ reportId: string, reportVersion: number, begin: number, end: number, text: string, findingId: string, code: string, description: string, assertion: Assertion, trigger: string, section: string, laterality: string, severity: string, location: string, taggerId: string }>, corrections: Array<{ annotationId: string, author: string, at: string, withdrawnAt: string | null, reportId: string, reportVersion: number, comment: string, inForce: boolean, before: { reportId: string, reportVersion: number, begin: number, end: number, text: string, findingId: string, code: string, description: string, assertion: Assertion, trigger: string, section: string, laterality: string, severity: string, location: string, taggerId: string } | null, after: { reportId: string, reportVersion: number, begin: number, end: number, text: string, findingId: string, code: string, description: string, assertion: Assertion, trigger: string, section: string, laterality: string, severity: string, location: string, taggerId: string } | null }> } };

export type CorrectFindingMutationVariables = Exact<{
  input: CorrectionInput;
}>;


export type CorrectFindingMutation = { correctFinding: { studyUid: string, findings: Array<{ reportId: string, reportVersion: number, begin: number, end: number, text: string, findingId: string, code: string, description: string, assertion: Assertion, trigger: string, section: string, laterality: string, severity: string, location: string, taggerId: string }>, corrections: Array<{ annotationId: string, author: string, at: string, withdrawnAt: string | null, reportId: string, reportVersion: number, comment: string, inForce: boolean, before: { reportId: string, reportVersion: number, begin: number, end: number, text: string, findingId: string, code: string, description: string, assertion: Assertion, trigger: string, section: string, laterality: string, severity: string, location: string, taggerId: string } | null, after: { reportId: string, reportVersion: number, begin: number, end: number, text: string, findingId: string, code: string, description: string, assertion: Assertion, trigger: string, section: string, laterality: string, severity: string, location: string, taggerId: string } | null }> } };

export type FindingTermsQueryVariables = Exact<{
  text: string;
}>;


export type FindingTermsQuery = { findingTerms: Array<{ findingId: string, code: string, description: string, named: boolean }> };

export type HeartQueryVariables = Exact<{
  uid: string | number;
}>;


export type HeartQuery = { heart: { instanceUid: string, stored: boolean, trace: { frames: number, rows: number, columns: number, view: string, viewSource: string, species: string, modelId: string, pixelAspect: number, frameTimesMs: Array<number> | null, areaUnit: string, volumeUnit: string, pixelSize: { xMm: number, yMm: number } | null, pixelSizeReason: { code: string, text: string } | null, reason: { code: string, text: string } | null, notes: Array<{ code: string, text: string }>, contours: Array<{ frame: number, line: Array<number>, apex: Array<number>, base: Array<number>, myocardium: Array<number>, atrium: Array<number> }>, beats: Array<{ endDiastole: number, endSystole: number, end: number | null }> } | null, strip: { box: Array<number>, lines: Array<{ name: string, label: string, line: Array<number> }>, beats: Array<{ endDiastole: number, endSystole: number }>, reason: { code: string, text: string } | null } | null, measurements: Array<{ name: string, label: string, value: number | null, unit: string, method: string, methodLabel: string, class: string, thresholdSet: string, perBeat: Array<number>, modelId: string, reason: { code: string, text: string } | null, quality: Array<{ code: string, text: string }> }>, together: Array<{ name: string, label: string, value: number | null, unit: string, method: string, methodLabel: string, class: string, thresholdSet: string, perBeat: Array<number>, modelId: string, reason: { code: string, text: string } | null, quality: Array<{ code: string, text: string }> }>, togetherCorrected: Array<{ name: string, label: string, value: number | null, unit: string, method: string, methodLabel: string, class: string, thresholdSet: string, perBeat: Array<number>, modelId: string, reason: { code: string, text: string } | null, quality: Array<{ code: string, text: string }> }>, thresholdSets: Array<{ name: string, title: string, isDefault: boolean, reason: string, limits: Array<{ class: string, least: number | null, inclusive: boolean }> }>, corrections: Array<{ annotationId: string, author: string, at: string, comment: string, editedFrames: Array<number>, choseBeats: boolean, trace: { frames: number, rows: number, columns: number, view: string, viewSource: string, species: string, modelId: string, pixelAspect: number, frameTimesMs: Array<number> | null, areaUnit: string, volumeUnit: string, pixelSize: { xMm: number, yMm: number } | null, pixelSizeReason: { code: string, text: string } | null, reason: { code: string, text: string } | null, notes: Array<{ code: string, text: string }>, contours: Array<{ frame: number, line: Array<number>, apex: Array<number>, base: Array<number>, myocardium: Array<number>, atrium: Array<number> }>, beats: Array<{ endDiastole: number, endSystole: number, end: number | null }> }, measurements: Array<{ name: string, label: string, value: number | null, unit: string, method: string, methodLabel: string, class: string, thresholdSet: string, perBeat: Array<number>, modelId: string, reason: { code: string, text: string } | null, quality: Array<{ code: string, text: string }> }> }> } };

export type CorrectHeartMutationVariables = Exact<{
  input: HeartCorrectionInput;
}>;


export type CorrectHeartMutation = { correctHeart: { instanceUid: string, stored: boolean, trace: { frames: number, rows: number, columns: number, view: string, viewSource: string, species: string, modelId: string, pixelAspect: number, frameTimesMs: Array<number> | null, areaUnit: string, volumeUnit: string, pixelSize: { xMm: number, yMm: number } | null, pixelSizeReason: { code: string, text: string } | null, reason: { code: string, text: string } | null, notes: Array<{ code: string, text: string }>, contours: Array<{ frame: number, line: Array<number>, apex: Array<number>, base: Array<number>, myocardium: Array<number>, atrium: Array<number> }>, beats: Array<{ endDiastole: number, endSystole: number, end: number | null }> } | null, strip: { box: Array<number>, lines: Array<{ name: string, label: string, line: Array<number> }>, beats: Array<{ endDiastole: number, endSystole: number }>, reason: { code: string, text: string } | null } | null, measurements: Array<{ name: string, label: string, value: number | null, unit: string, method: string, methodLabel: string, class: string, thresholdSet: string, perBeat: Array<number>, modelId: string, reason: { code: string, text: string } | null, quality: Array<{ code: string, text: string }> }>, together: Array<{ name: string, label: string, value: number | null, unit: string, method: string, methodLabel: string, class: string, thresholdSet: string, perBeat: Array<number>, modelId: string, reason: { code: string, text: string } | null, quality: Array<{ code: string, text: string }> }>, togetherCorrected: Array<{ name: string, label: string, value: number | null, unit: string, method: string, methodLabel: string, class: string, thresholdSet: string, perBeat: Array<number>, modelId: string, reason: { code: string, text: string } | null, quality: Array<{ code: string, text: string }> }>, thresholdSets: Array<{ name: string, title: string, isDefault: boolean, reason: string, limits: Array<{ class: string, least: number | null, inclusive: boolean }> }>, corrections: Array<{ annotationId: string, author: string, at: string, comment: string, editedFrames: Array<number>, choseBeats: boolean, trace: { frames: number, rows: number, columns: number, view: string, viewSource: string, species: string, modelId: string, pixelAspect: number, frameTimesMs: Array<number> | null, areaUnit: string, volumeUnit: string, pixelSize: { xMm: number, yMm: number } | null, pixelSizeReason: { code: string, text: string } | null, reason: { code: string, text: string } | null, notes: Array<{ code: string, text: string }>, contours: Array<{ frame: number, line: Array<number>, apex: Array<number>, base: Array<number>, myocardium: Array<number>, atrium: Array<number> }>, beats: Array<{ endDiastole: number, endSystole: number, end: number | null }> }, measurements: Array<{ name: string, label: string, value: number | null, unit: string, method: string, methodLabel: string, class: string, thresholdSet: string, perBeat: Array<number>, modelId: string, reason: { code: string, text: string } | null, quality: Array<{ code: string, text: string }> }> }> } };

export type HeartPartsFragment = { instanceUid: string, stored: boolean, trace: { frames: number, rows: number, columns: number, view: string, viewSource: string, species: string, modelId: string, pixelAspect: number, frameTimesMs: Array<number> | null, areaUnit: string, volumeUnit: string, pixelSize: { xMm: number, yMm: number } | null, pixelSizeReason: { code: string, text: string } | null, reason: { code: string, text: string } | null, notes: Array<{ code: string, text: string }>, contours: Array<{ frame: number, line: Array<number>, apex: Array<number>, base: Array<number>, myocardium: Array<number>, atrium: Array<number> }>, beats: Array<{ endDiastole: number, endSystole: number, end: number | null }> } | null, strip: { box: Array<number>, lines: Array<{ name: string, label: string, line: Array<number> }>, beats: Array<{ endDiastole: number, endSystole: number }>, reason: { code: string, text: string } | null } | null, measurements: Array<{ name: string, label: string, value: number | null, unit: string, method: string, methodLabel: string, class: string, thresholdSet: string, perBeat: Array<number>, modelId: string, reason: { code: string, text: string } | null, quality: Array<{ code: string, text: string }> }>, together: Array<{ name: string, label: string, value: number | null, unit: string, method: string, methodLabel: string, class: string, thresholdSet: string, perBeat: Array<number>, modelId: string, reason: { code: string, text: string } | null, quality: Array<{ code: string, text: string }> }>, togetherCorrected: Array<{ name: string, label: string, value: number | null, unit: string, method: string, methodLabel: string, class: string, thresholdSet: string, perBeat: Array<number>, modelId: string, reason: { code: string, text: string } | null, quality: Array<{ code: string, text: string }> }>, thresholdSets: Array<{ name: string, title: string, isDefault: boolean, reason: string, limits: Array<{ class: string, least: number | null, inclusive: boolean }> }>, corrections: Array<{ annotationId: string, author: string, at: string, comment: string, editedFrames: Array<number>, choseBeats: boolean, trace: { frames: number, rows: number, columns: number, view: string, viewSource: string, species: string, modelId: string, pixelAspect: number, frameTimesMs: Array<number> | null, areaUnit: string, volumeUnit: string, pixelSize: { xMm: number, yMm: number } | null, pixelSizeReason: { code: string, text: string } | null, reason: { code: string, text: string } | null, notes: Array<{ code: string, text: string }>, contours: Array<{ frame: number, line: Array<number>, apex: Array<number>, base: Array<number>, myocardium: Array<number>, atrium: Array<number> }>, beats: Array<{ endDiastole: number, endSystole: number, end: number | null }> }, measurements: Array<{ name: string, label: string, value: number | null, unit: string, method: string, methodLabel: string, class: string, thresholdSet: string, perBeat: Array<number>, modelId: string, reason: { code: string, text: string } | null, quality: Array<{ code: string, text: string }> }> }> };

export type TracePartsFragment = { frames: number, rows: number, columns: number, view: string, viewSource: string, species: string, modelId: string, pixelAspect: number, frameTimesMs: Array<number> | null, areaUnit: string, volumeUnit: string, pixelSize: { xMm: number, yMm: number } | null, pixelSizeReason: { code: string, text: string } | null, reason: { code: string, text: string } | null, notes: Array<{ code: string, text: string }>, contours: Array<{ frame: number, line: Array<number>, apex: Array<number>, base: Array<number>, myocardium: Array<number>, atrium: Array<number> }>, beats: Array<{ endDiastole: number, endSystole: number, end: number | null }> };

export type StripPartsFragment = { box: Array<number>, lines: Array<{ name: string, label: string, line: Array<number> }>, beats: Array<{ endDiastole: number, endSystole: number }>, reason: { code: string, text: string } | null };

export type MeasurementPartsFragment = { name: string, label: string, value: number | null, unit: string, method: string, methodLabel: string, class: string, thresholdSet: string, perBeat: Array<number>, modelId: string, reason: { code: string, text: string } | null, quality: Array<{ code: string, text: string }> };

export type SimilarHeartsQueryVariables = Exact<{
  input: SearchInput;
  first: number;
}>;


export type SimilarHeartsQuery = { search: { totalCount: number, edges: Array<{ node: { case: { studyUid: string, ejectionFraction: number | null, heartCorrected: boolean | null } } }> } };

export type SearchQueryVariables = Exact<{
  input: SearchInput;
  first: number;
  after?: string | null | undefined;
}>;


export type SearchQuery = { search: { totalCount: number, scoring: string, unlike: boolean | null, model: { modelId: string, architecture: string, source: string, precision: string, meaningful: boolean, warning: string | null } | null, excluded: { what: Exclude, cases: number } | null, pageInfo: { hasNextPage: boolean, endCursor: string | null }, edges: Array<{ node: { id: string, rank: number, score: number, cosine: number | null, textScore: number | null, frame: number | null, instance: { instanceUid: string, seriesUid: string, modality: string, bodyPart: string, view: string, laterality: string, description: string, sex: string, ageYears: number | null, date: string | null, frames: number, labels: Array<string>, thumbnail: string | null } | null, case: { studyUid: string, dataset: string, patient: string, date: string | null, description: string, sex: string, ageYears: number | null, modalities: Array<string>, labels: Array<string>, ejectionFraction: number | null, ejectionFractionClass: string, heartCorrected: boolean | null }, excerpt: Array<{ text: string, marked: boolean }> | null, notUseful: { annotationId: string, withdrawn: boolean } | null } }> } };

export type HitCardFragment = { id: string, rank: number, score: number, cosine: number | null, textScore: number | null, frame: number | null, instance: { instanceUid: string, seriesUid: string, modality: string, bodyPart: string, view: string, laterality: string, description: string, sex: string, ageYears: number | null, date: string | null, frames: number, labels: Array<string>, thumbnail: string | null } | null, case: { studyUid: string, dataset: string, patient: string, date: string | null, description: string, sex: string, ageYears: number | null, modalities: Array<string>, labels: Array<string>, ejectionFraction: number | null, ejectionFractionClass: string, heartCorrected: boolean | null }, excerpt: Array<{ text: string, marked: boolean }> | null, notUseful: { annotationId: string, withdrawn: boolean } | null };

export type TotalQueryVariables = Exact<{
  input: SearchInput;
}>;


export type TotalQuery = { search: { totalCount: number } };

export type FacetsQueryVariables = Exact<{
  input: SearchInput;
}>;


export type FacetsQuery = { facets: Array<{ name: FilterName, label: string, kind: FilterKind, more: number, values: Array<{ value: string, label: string, count: number, selected: boolean }> }> };

export type FiltersQueryVariables = Exact<{ [key: string]: never; }>;


export type FiltersQuery = { filters: Array<{ name: FilterName, kind: FilterKind, label: string, help: string, facet: boolean }> };

export type SuggestionsQueryVariables = Exact<{
  text: string;
}>;


export type SuggestionsQuery = { suggestions: Array<{ text: string, completed: string, cases: number }> };

export type FindingSuggestionsQueryVariables = Exact<{
  text: string;
}>;


export type FindingSuggestionsQuery = { findingSuggestions: Array<{ filter: FilterName, key: string, description: string, cases: number }> };

export type AskedFileQueryVariables = Exact<{
  id: string | number;
}>;


export type AskedFileQuery = { queryFile: { id: string, modality: string, bodyPart: string, view: string, laterality: string, sex: string, ageYears: number | null, date: string | null, description: string, rows: number, columns: number, frames: number, lossy: boolean, isDicom: boolean, thumbnail: string, studyUid: string, seriesUid: string, instanceUid: string, stored: boolean, patientCases: number, expiresAt: string } };

export type LikeInstanceQueryVariables = Exact<{
  uid: string | number;
}>;


export type LikeInstanceQuery = { instance: { instanceUid: string, seriesUid: string, studyUid: string, modality: string, bodyPart: string, view: string, laterality: string, sex: string, ageYears: number | null, date: string | null, description: string, rows: number, columns: number, frames: number, lossy: boolean, thumbnail: string | null } };

export type ForgetQueryFileMutationVariables = Exact<{
  id: string | number;
}>;


export type ForgetQueryFileMutation = { forgetQueryFile: boolean };

export type MarkNotUsefulMutationVariables = Exact<{
  input: MarkInput;
}>;


export type MarkNotUsefulMutation = { markNotUseful: { annotationId: string, withdrawn: boolean } };

export type UploadJobQueryVariables = Exact<{
  id: string | number;
}>;


export type UploadJobQuery = { job: { jobId: string, state: JobState, done: number, total: number, error: string | null, files: Array<{ name: string, outcome: Outcome | null, reason: string, message: string, studyUid: string | null, instanceUid: string | null }> } };

export type CancelJobMutationVariables = Exact<{
  id: string | number;
}>;


export type CancelJobMutation = { cancelJob: { jobId: string, state: JobState } };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const FindingCountsFragmentDoc = new TypedDocumentString(`
    fragment FindingCounts on FindingRow {
  key
  description
  present
  absent
  uncertain
  historical
  hypothetical
  family
}
    `, {"fragmentName":"FindingCounts"}) as unknown as TypedDocumentString<FindingCountsFragment, unknown>;
export const CaseFindingFragmentDoc = new TypedDocumentString(`
    fragment CaseFinding on Finding {
  reportId
  reportVersion
  begin
  end
  text
  findingId
  code
  description
  assertion
  trigger
  section
  laterality
  severity
  location
  taggerId
}
    `, {"fragmentName":"CaseFinding"}) as unknown as TypedDocumentString<CaseFindingFragment, unknown>;
export const CaseEvidenceFragmentDoc = new TypedDocumentString(`
    fragment CaseEvidence on Case {
  findings(form: CORRECTED) {
    ...CaseFinding
  }
  corrections {
    annotationId
    author
    at
    withdrawnAt
    reportId
    reportVersion
    comment
    inForce
    before {
      ...CaseFinding
    }
    after {
      ...CaseFinding
    }
  }
}
    fragment CaseFinding on Finding {
  reportId
  reportVersion
  begin
  end
  text
  findingId
  code
  description
  assertion
  trigger
  section
  laterality
  severity
  location
  taggerId
}`, {"fragmentName":"CaseEvidence"}) as unknown as TypedDocumentString<CaseEvidenceFragment, unknown>;
export const TracePartsFragmentDoc = new TypedDocumentString(`
    fragment TraceParts on HeartTrace {
  frames
  rows
  columns
  view
  viewSource
  species
  modelId
  pixelAspect
  pixelSize {
    xMm
    yMm
  }
  pixelSizeReason {
    code
    text
  }
  frameTimesMs
  reason {
    code
    text
  }
  notes {
    code
    text
  }
  areaUnit
  volumeUnit
  contours {
    frame
    line
    apex
    base
    myocardium
    atrium
  }
  beats {
    endDiastole
    endSystole
    end
  }
}
    `, {"fragmentName":"TraceParts"}) as unknown as TypedDocumentString<TracePartsFragment, unknown>;
export const StripPartsFragmentDoc = new TypedDocumentString(`
    fragment StripParts on StripTrace {
  lines {
    name
    label
    line
  }
  beats {
    endDiastole
    endSystole
  }
  box
  reason {
    code
    text
  }
}
    `, {"fragmentName":"StripParts"}) as unknown as TypedDocumentString<StripPartsFragment, unknown>;
export const MeasurementPartsFragmentDoc = new TypedDocumentString(`
    fragment MeasurementParts on Measurement {
  name
  label
  value
  unit
  method
  methodLabel
  class
  thresholdSet
  perBeat
  reason {
    code
    text
  }
  quality {
    code
    text
  }
  modelId
}
    `, {"fragmentName":"MeasurementParts"}) as unknown as TypedDocumentString<MeasurementPartsFragment, unknown>;
export const HeartPartsFragmentDoc = new TypedDocumentString(`
    fragment HeartParts on HeartView {
  instanceUid
  stored
  trace {
    ...TraceParts
  }
  strip {
    ...StripParts
  }
  measurements {
    ...MeasurementParts
  }
  together {
    ...MeasurementParts
  }
  togetherCorrected {
    ...MeasurementParts
  }
  thresholdSets {
    name
    title
    isDefault
    reason
    limits {
      class
      least
      inclusive
    }
  }
  corrections {
    annotationId
    author
    at
    comment
    editedFrames
    choseBeats
    trace {
      ...TraceParts
    }
    measurements {
      ...MeasurementParts
    }
  }
}
    fragment TraceParts on HeartTrace {
  frames
  rows
  columns
  view
  viewSource
  species
  modelId
  pixelAspect
  pixelSize {
    xMm
    yMm
  }
  pixelSizeReason {
    code
    text
  }
  frameTimesMs
  reason {
    code
    text
  }
  notes {
    code
    text
  }
  areaUnit
  volumeUnit
  contours {
    frame
    line
    apex
    base
    myocardium
    atrium
  }
  beats {
    endDiastole
    endSystole
    end
  }
}
fragment StripParts on StripTrace {
  lines {
    name
    label
    line
  }
  beats {
    endDiastole
    endSystole
  }
  box
  reason {
    code
    text
  }
}
fragment MeasurementParts on Measurement {
  name
  label
  value
  unit
  method
  methodLabel
  class
  thresholdSet
  perBeat
  reason {
    code
    text
  }
  quality {
    code
    text
  }
  modelId
}`, {"fragmentName":"HeartParts"}) as unknown as TypedDocumentString<HeartPartsFragment, unknown>;
export const HitCardFragmentDoc = new TypedDocumentString(`
    fragment HitCard on Hit {
  id
  rank
  score
  cosine
  textScore
  frame
  instance {
    instanceUid
    seriesUid
    modality
    bodyPart
    view
    laterality
    description
    sex
    ageYears
    date
    frames
    labels
    thumbnail
  }
  case {
    studyUid
    dataset
    patient
    date
    description
    sex
    ageYears
    modalities
    labels
    ejectionFraction
    ejectionFractionClass
    heartCorrected
  }
  excerpt {
    text
    marked
  }
  notUseful {
    annotationId
    withdrawn
  }
}
    `, {"fragmentName":"HitCard"}) as unknown as TypedDocumentString<HitCardFragment, unknown>;
export const AboutDocument = new TypedDocumentString(`
    query About {
  about {
    version
    cases
    instances
    datasets
    seeded
    mayAdd
    maxUploadMb
    disclaimer
    model {
      modelId
      architecture
      source
      precision
      meaningful
      warning
    }
  }
  me {
    name
  }
}
    `) as unknown as TypedDocumentString<AboutQuery, AboutQueryVariables>;
export const WithdrawAnnotationDocument = new TypedDocumentString(`
    mutation WithdrawAnnotation($id: ID!, $studyUid: ID!) {
  withdrawAnnotation(id: $id, studyUid: $studyUid) {
    annotationId
    withdrawn
  }
}
    `) as unknown as TypedDocumentString<WithdrawAnnotationMutation, WithdrawAnnotationMutationVariables>;
export const FindingsOverviewDocument = new TypedDocumentString(`
    query FindingsOverview($input: SearchInput!, $neighbours: Int!, $among: [FilterInput!], $of: FindingsInput!, $focus: FindingsInput!, $hasFocus: Boolean!) {
  analytics(input: $input, neighbours: $neighbours, among: $among) {
    overview(of: $of) {
      totalCases
      reportedCases
      rows {
        ...FindingCounts
      }
    }
    focus: overview(of: $focus) @include(if: $hasFocus) {
      rows {
        ...FindingCounts
      }
    }
  }
}
    fragment FindingCounts on FindingRow {
  key
  description
  present
  absent
  uncertain
  historical
  hypothetical
  family
}`) as unknown as TypedDocumentString<FindingsOverviewQuery, FindingsOverviewQueryVariables>;
export const FindingsSpreadDocument = new TypedDocumentString(`
    query FindingsSpread($input: SearchInput!, $neighbours: Int!, $among: [FilterInput!], $of: FindingsInput!, $groupBy: CaseGroup!) {
  analytics(input: $input, neighbours: $neighbours, among: $among) {
    spread(of: $of, groupBy: $groupBy) {
      keys {
        ...FindingCounts
      }
      moreKeys
      unknown
      totalCases
      groups {
        name
        cases
        reportedCases
        counts {
          key
          cases
        }
      }
    }
  }
}
    fragment FindingCounts on FindingRow {
  key
  description
  present
  absent
  uncertain
  historical
  hypothetical
  family
}`) as unknown as TypedDocumentString<FindingsSpreadQuery, FindingsSpreadQueryVariables>;
export const OneFindingDocument = new TypedDocumentString(`
    query OneFinding($input: SearchInput!, $neighbours: Int!, $among: [FilterInput!], $present: FindingsInput!, $absent: FindingsInput!, $uncertain: FindingsInput!, $historical: FindingsInput!, $groupBy: CaseGroup!) {
  analytics(input: $input, neighbours: $neighbours, among: $among) {
    present: spread(of: $present, groupBy: $groupBy) {
      keys {
        ...FindingCounts
      }
      unknown
      totalCases
      groups {
        name
        cases
        reportedCases
        counts {
          cases
        }
      }
    }
    absent: spread(of: $absent, groupBy: $groupBy) {
      groups {
        name
        counts {
          cases
        }
      }
    }
    uncertain: spread(of: $uncertain, groupBy: $groupBy) {
      groups {
        name
        counts {
          cases
        }
      }
    }
    historical: spread(of: $historical, groupBy: $groupBy) {
      groups {
        name
        counts {
          cases
        }
      }
    }
  }
}
    fragment FindingCounts on FindingRow {
  key
  description
  present
  absent
  uncertain
  historical
  hypothetical
  family
}`) as unknown as TypedDocumentString<OneFindingQuery, OneFindingQueryVariables>;
export const FindingPairsDocument = new TypedDocumentString(`
    query FindingPairs($input: SearchInput!, $neighbours: Int!, $among: [FilterInput!], $of: FindingsInput!) {
  analytics(input: $input, neighbours: $neighbours, among: $among) {
    cooccurrence(of: $of) {
      keys {
        ...FindingCounts
      }
      moreKeys
      totalCases
      reportedCases
      pairs {
        one
        other
        cases
        lift
      }
    }
  }
}
    fragment FindingCounts on FindingRow {
  key
  description
  present
  absent
  uncertain
  historical
  hypothetical
  family
}`) as unknown as TypedDocumentString<FindingPairsQuery, FindingPairsQueryVariables>;
export const FindingEnrichmentDocument = new TypedDocumentString(`
    query FindingEnrichment($input: SearchInput!, $neighbours: Int!, $among: [FilterInput!], $of: FindingsInput!) {
  analytics(input: $input, neighbours: $neighbours, among: $among) {
    enrichment(of: $of) {
      setSize
      archiveSize
      totalCases
      rows {
        key
        description
        inSet
        inArchive
        lift
        oddsRatio
        low
        high
        p
        q
      }
    }
  }
}
    `) as unknown as TypedDocumentString<FindingEnrichmentQuery, FindingEnrichmentQueryVariables>;
export const CasePageDocument = new TypedDocumentString(`
    query CasePage($uid: ID!, $text: String) {
  case(uid: $uid) {
    studyUid
    dataset
    patient
    date
    description
    sex
    ageYears
    modalities
    labels
    identityKept
    series {
      seriesUid
      number
      description
      modality
      bodyPart
      laterality
      thumbnail
      instances {
        instanceUid
        number
        frames
        thumbnail
        viewable
        view
        laterality
        labels
      }
    }
    attachments {
      instanceUid
      title
      modality
      sopClass
      original
    }
    reports(allVersions: true) {
      reportId
      version
      status
      date
      current
      pieces(text: $text) {
        text
        marked
      }
    }
    timeline {
      studyUid
      date
      description
      modalities
      reportDates
      thumbnail
      isThis
      imageCount
    }
    measurements {
      instanceUid
      value
      reason {
        code
      }
    }
    annotations {
      annotationId
      kind
      author
      at
      withdrawn
      comment
    }
  }
}
    `) as unknown as TypedDocumentString<CasePageQuery, CasePageQueryVariables>;
export const InstanceHeaderDocument = new TypedDocumentString(`
    query InstanceHeader($uid: ID!) {
  instance(uid: $uid) {
    instanceUid
    original
    header {
      tag
      keyword
      vr
      value
    }
  }
}
    `) as unknown as TypedDocumentString<InstanceHeaderQuery, InstanceHeaderQueryVariables>;
export const ComparedInstanceDocument = new TypedDocumentString(`
    query ComparedInstance($uid: ID!) {
  instance(uid: $uid) {
    instanceUid
    seriesUid
    studyUid
    date
    viewable
  }
  case(uid: $uid) {
    patient
  }
}
    `) as unknown as TypedDocumentString<ComparedInstanceQuery, ComparedInstanceQueryVariables>;
export const ComparedFileDocument = new TypedDocumentString(`
    query ComparedFile($id: ID!) {
  queryFile(id: $id) {
    instanceUid
    seriesUid
    studyUid
    date
  }
}
    `) as unknown as TypedDocumentString<ComparedFileQuery, ComparedFileQueryVariables>;
export const CaseEvidenceOfDocument = new TypedDocumentString(`
    query CaseEvidenceOf($uid: ID!) {
  case(uid: $uid) {
    ...CaseEvidence
  }
}
    fragment CaseFinding on Finding {
  reportId
  reportVersion
  begin
  end
  text
  findingId
  code
  description
  assertion
  trigger
  section
  laterality
  severity
  location
  taggerId
}
fragment CaseEvidence on Case {
  findings(form: CORRECTED) {
    ...CaseFinding
  }
  corrections {
    annotationId
    author
    at
    withdrawnAt
    reportId
    reportVersion
    comment
    inForce
    before {
      ...CaseFinding
    }
    after {
      ...CaseFinding
    }
  }
}`) as unknown as TypedDocumentString<CaseEvidenceOfQuery, CaseEvidenceOfQueryVariables>;
export const CorrectFindingDocument = new TypedDocumentString(`
    mutation CorrectFinding($input: CorrectionInput!) {
  correctFinding(input: $input) {
    studyUid
    ...CaseEvidence
  }
}
    fragment CaseFinding on Finding {
  reportId
  reportVersion
  begin
  end
  text
  findingId
  code
  description
  assertion
  trigger
  section
  laterality
  severity
  location
  taggerId
}
fragment CaseEvidence on Case {
  findings(form: CORRECTED) {
    ...CaseFinding
  }
  corrections {
    annotationId
    author
    at
    withdrawnAt
    reportId
    reportVersion
    comment
    inForce
    before {
      ...CaseFinding
    }
    after {
      ...CaseFinding
    }
  }
}`) as unknown as TypedDocumentString<CorrectFindingMutation, CorrectFindingMutationVariables>;
export const FindingTermsDocument = new TypedDocumentString(`
    query FindingTerms($text: String!) {
  findingTerms(text: $text, first: 20) {
    findingId
    code
    description
    named
  }
}
    `) as unknown as TypedDocumentString<FindingTermsQuery, FindingTermsQueryVariables>;
export const HeartDocument = new TypedDocumentString(`
    query Heart($uid: ID!) {
  heart(instanceUid: $uid) {
    ...HeartParts
  }
}
    fragment HeartParts on HeartView {
  instanceUid
  stored
  trace {
    ...TraceParts
  }
  strip {
    ...StripParts
  }
  measurements {
    ...MeasurementParts
  }
  together {
    ...MeasurementParts
  }
  togetherCorrected {
    ...MeasurementParts
  }
  thresholdSets {
    name
    title
    isDefault
    reason
    limits {
      class
      least
      inclusive
    }
  }
  corrections {
    annotationId
    author
    at
    comment
    editedFrames
    choseBeats
    trace {
      ...TraceParts
    }
    measurements {
      ...MeasurementParts
    }
  }
}
fragment TraceParts on HeartTrace {
  frames
  rows
  columns
  view
  viewSource
  species
  modelId
  pixelAspect
  pixelSize {
    xMm
    yMm
  }
  pixelSizeReason {
    code
    text
  }
  frameTimesMs
  reason {
    code
    text
  }
  notes {
    code
    text
  }
  areaUnit
  volumeUnit
  contours {
    frame
    line
    apex
    base
    myocardium
    atrium
  }
  beats {
    endDiastole
    endSystole
    end
  }
}
fragment StripParts on StripTrace {
  lines {
    name
    label
    line
  }
  beats {
    endDiastole
    endSystole
  }
  box
  reason {
    code
    text
  }
}
fragment MeasurementParts on Measurement {
  name
  label
  value
  unit
  method
  methodLabel
  class
  thresholdSet
  perBeat
  reason {
    code
    text
  }
  quality {
    code
    text
  }
  modelId
}`) as unknown as TypedDocumentString<HeartQuery, HeartQueryVariables>;
export const CorrectHeartDocument = new TypedDocumentString(`
    mutation CorrectHeart($input: HeartCorrectionInput!) {
  correctHeart(input: $input) {
    ...HeartParts
  }
}
    fragment HeartParts on HeartView {
  instanceUid
  stored
  trace {
    ...TraceParts
  }
  strip {
    ...StripParts
  }
  measurements {
    ...MeasurementParts
  }
  together {
    ...MeasurementParts
  }
  togetherCorrected {
    ...MeasurementParts
  }
  thresholdSets {
    name
    title
    isDefault
    reason
    limits {
      class
      least
      inclusive
    }
  }
  corrections {
    annotationId
    author
    at
    comment
    editedFrames
    choseBeats
    trace {
      ...TraceParts
    }
    measurements {
      ...MeasurementParts
    }
  }
}
fragment TraceParts on HeartTrace {
  frames
  rows
  columns
  view
  viewSource
  species
  modelId
  pixelAspect
  pixelSize {
    xMm
    yMm
  }
  pixelSizeReason {
    code
    text
  }
  frameTimesMs
  reason {
    code
    text
  }
  notes {
    code
    text
  }
  areaUnit
  volumeUnit
  contours {
    frame
    line
    apex
    base
    myocardium
    atrium
  }
  beats {
    endDiastole
    endSystole
    end
  }
}
fragment StripParts on StripTrace {
  lines {
    name
    label
    line
  }
  beats {
    endDiastole
    endSystole
  }
  box
  reason {
    code
    text
  }
}
fragment MeasurementParts on Measurement {
  name
  label
  value
  unit
  method
  methodLabel
  class
  thresholdSet
  perBeat
  reason {
    code
    text
  }
  quality {
    code
    text
  }
  modelId
}`) as unknown as TypedDocumentString<CorrectHeartMutation, CorrectHeartMutationVariables>;
export const SimilarHeartsDocument = new TypedDocumentString(`
    query SimilarHearts($input: SearchInput!, $first: Int!) {
  search(input: $input, first: $first) {
    totalCount
    edges {
      node {
        case {
          studyUid
          ejectionFraction
          heartCorrected
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<SimilarHeartsQuery, SimilarHeartsQueryVariables>;
export const SearchDocument = new TypedDocumentString(`
    query Search($input: SearchInput!, $first: Int!, $after: String) {
  search(input: $input, first: $first, after: $after) {
    totalCount
    scoring
    unlike
    model {
      modelId
      architecture
      source
      precision
      meaningful
      warning
    }
    excluded {
      what
      cases
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    edges {
      node {
        ...HitCard
      }
    }
  }
}
    fragment HitCard on Hit {
  id
  rank
  score
  cosine
  textScore
  frame
  instance {
    instanceUid
    seriesUid
    modality
    bodyPart
    view
    laterality
    description
    sex
    ageYears
    date
    frames
    labels
    thumbnail
  }
  case {
    studyUid
    dataset
    patient
    date
    description
    sex
    ageYears
    modalities
    labels
    ejectionFraction
    ejectionFractionClass
    heartCorrected
  }
  excerpt {
    text
    marked
  }
  notUseful {
    annotationId
    withdrawn
  }
}`) as unknown as TypedDocumentString<SearchQuery, SearchQueryVariables>;
export const TotalDocument = new TypedDocumentString(`
    query Total($input: SearchInput!) {
  search(input: $input, first: 1) {
    totalCount
  }
}
    `) as unknown as TypedDocumentString<TotalQuery, TotalQueryVariables>;
export const FacetsDocument = new TypedDocumentString(`
    query Facets($input: SearchInput!) {
  facets(input: $input) {
    name
    label
    kind
    more
    values {
      value
      label
      count
      selected
    }
  }
}
    `) as unknown as TypedDocumentString<FacetsQuery, FacetsQueryVariables>;
export const FiltersDocument = new TypedDocumentString(`
    query Filters {
  filters {
    name
    kind
    label
    help
    facet
  }
}
    `) as unknown as TypedDocumentString<FiltersQuery, FiltersQueryVariables>;
export const SuggestionsDocument = new TypedDocumentString(`
    query Suggestions($text: String!) {
  suggestions(text: $text) {
    text
    completed
    cases
  }
}
    `) as unknown as TypedDocumentString<SuggestionsQuery, SuggestionsQueryVariables>;
export const FindingSuggestionsDocument = new TypedDocumentString(`
    query FindingSuggestions($text: String!) {
  findingSuggestions(text: $text) {
    filter
    key
    description
    cases
  }
}
    `) as unknown as TypedDocumentString<FindingSuggestionsQuery, FindingSuggestionsQueryVariables>;
export const AskedFileDocument = new TypedDocumentString(`
    query AskedFile($id: ID!) {
  queryFile(id: $id) {
    id
    modality
    bodyPart
    view
    laterality
    sex
    ageYears
    date
    description
    rows
    columns
    frames
    lossy
    isDicom
    thumbnail
    studyUid
    seriesUid
    instanceUid
    stored
    patientCases
    expiresAt
  }
}
    `) as unknown as TypedDocumentString<AskedFileQuery, AskedFileQueryVariables>;
export const LikeInstanceDocument = new TypedDocumentString(`
    query LikeInstance($uid: ID!) {
  instance(uid: $uid) {
    instanceUid
    seriesUid
    studyUid
    modality
    bodyPart
    view
    laterality
    sex
    ageYears
    date
    description
    rows
    columns
    frames
    lossy
    thumbnail
  }
}
    `) as unknown as TypedDocumentString<LikeInstanceQuery, LikeInstanceQueryVariables>;
export const ForgetQueryFileDocument = new TypedDocumentString(`
    mutation ForgetQueryFile($id: ID!) {
  forgetQueryFile(id: $id)
}
    `) as unknown as TypedDocumentString<ForgetQueryFileMutation, ForgetQueryFileMutationVariables>;
export const MarkNotUsefulDocument = new TypedDocumentString(`
    mutation MarkNotUseful($input: MarkInput!) {
  markNotUseful(input: $input) {
    annotationId
    withdrawn
  }
}
    `) as unknown as TypedDocumentString<MarkNotUsefulMutation, MarkNotUsefulMutationVariables>;
export const UploadJobDocument = new TypedDocumentString(`
    query UploadJob($id: ID!) {
  job(id: $id) {
    jobId
    state
    done
    total
    error
    files {
      name
      outcome
      reason
      message
      studyUid
      instanceUid
    }
  }
}
    `) as unknown as TypedDocumentString<UploadJobQuery, UploadJobQueryVariables>;
export const CancelJobDocument = new TypedDocumentString(`
    mutation CancelJob($id: ID!) {
  cancelJob(id: $id) {
    jobId
    state
  }
}
    `) as unknown as TypedDocumentString<CancelJobMutation, CancelJobMutationVariables>;