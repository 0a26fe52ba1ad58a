import { Anchor, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { countText } from "../../../ui/format";
import { shown } from "../logic/numbers";
import { type Bin, binsOf } from "../logic/bins";
import { type AskedHeart, similarHeartsQuery } from "../queries";
import classes from "./SimilarHearts.module.css";

/** Where hits with such an ejection fraction are: a span such as 40-49, or from and to. */
export type RangeHref = (range: { span: string } | { from: string; to: string }) => string;

type Props = { asked: AskedHeart; studyUid: string; ef: number; hrefOf: RangeHref };

const LOW = "40"; // reduced, by every guideline

/** Ejection fractions of the nearest cases, with this case's among them; each bar leads to its cases. */
export function SimilarHearts({ asked, studyUid, ef, hrefOf }: Props) {
  const { data, isPending, error } = useQuery(similarHeartsQuery(asked));
  const others = (data ?? []).filter((one) => one.studyUid !== studyUid);
  const bins = binsOf(others.map((one) => one.ef));
  const corrected = others.filter(({ isCorrected }) => isCorrected).length;
  const most = Math.max(1, ...bins.map(({ count }) => count));
  return (
    <section className={classes.section} aria-label="Similar hearts">
      <Title order={3} size="sm">
        Similar hearts
      </Title>
      <Text size="xs" c="dimmed" role="status">
        {isPending ? "Counting…" : error ? "They could not be counted." : `EF of the ${countText(others.length, "nearest case")} that have one${corrected > 0 ? `, ${corrected} of them as people corrected them` : ""}; this case is marked at ${shown(ef)} %.`}
      </Text>
      <div className={classes.chart}>
        <ol className={classes.bars}>
          {bins.map((bin) => (
            <li key={bin.from}>
              <Bar bin={bin} most={most} href={hrefOf({ span: bin.span })} />
            </li>
          ))}
        </ol>
        <span className={classes.own} style={{ insetInlineStart: `${Math.min(100, Math.max(0, ef))}%` }} data-testid="own-ef">
          <span className={classes.flag}>this case</span>
        </span>
      </div>
      <div className={classes.scale} aria-hidden="true">
        {[0, 20, 40, 60, 80, 100].map((value) => (
          <span key={value}>{value}</span>
        ))}
      </div>
      <Anchor component={Link} size="sm" to={hrefOf({ from: "", to: LOW })}>
        Similar hearts with EF up to {LOW} %
      </Anchor>
    </section>
  );
}

function Bar({ bin: { from, count, span }, most, href }: { bin: Bin; most: number; href: string }) {
  const name = `EF ${from} to ${from + 10} %: ${countText(count, "case")}`;
  const inside = <span className={classes.fill} style={{ blockSize: `${(100 * count) / most}%` }} />;
  if (count === 0) return <span className={classes.bar} role="img" aria-label={name} data-span={span} />;
  return (
    <Link className={classes.bar} to={href} aria-label={name} title={name} data-span={span}>
      {inside}
    </Link>
  );
}
