const SEXES: Record<string, string> = { M: "male", F: "female", O: "other sex" };
const SIDES: Record<string, string> = { L: "left", R: "right", B: "both sides", U: "unpaired" };
const DAYS_OF_YEAR = 365.25;

/** "64 y, female"; of infants months, of newborns days. Empty where neither is known. */
export function ageAndSex(ageYears: number | null, sex: string): string {
  return [ageText(ageYears), SEXES[sex] ?? ""].filter(Boolean).join(", ");
}

export function ageText(years: number | null): string {
  if (years === null) return "";
  if (years >= 2) return `${Math.floor(years)} y`;
  const days = Math.round(years * DAYS_OF_YEAR);
  return days >= 60 ? `${Math.floor(years * 12)} mo` : `${days} d`;
}

export function sideText(laterality: string): string {
  return SIDES[laterality] ?? "";
}

/** DICOM writes body parts in capitals: "CHEST" -> "Chest". */
export function bodyPartText(bodyPart: string): string {
  return bodyPart.slice(0, 1).toUpperCase() + bodyPart.slice(1).toLowerCase();
}

/** "14 May 2019": a month in letters cannot be mistaken for a day. */
export function dateText(iso: string | null): string {
  if (!iso) return "";
  const [year = "", month = "", day = ""] = iso.split("-");
  const name = MONTHS[Number(month) - 1];
  return name ? `${Number(day)} ${name} ${year}` : iso;
}

/** "14 May 2019, 13:05" where the reader is. */
export function momentText(iso: string): string {
  const moment = new Date(iso);
  const [hours, minutes] = [moment.getHours(), moment.getMinutes()].map((part) => String(part).padStart(2, "0"));
  return `${moment.getDate()} ${MONTHS[moment.getMonth()] ?? ""} ${moment.getFullYear()}, ${hours}:${minutes}`;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export function countText(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}
