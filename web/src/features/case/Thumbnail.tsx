import { IconFileText } from "@tabler/icons-react";
import classes from "./Rail.module.css";

/** A picture of fixed size, so that nothing moves when it arrives. */
export function Thumbnail({ path }: { path: string | null | undefined }) {
  return (
    <span className={classes.thumbnail}>
      {path ? (
        <img src={path} alt="" width={72} height={72} loading="lazy" decoding="async" />
      ) : (
        <IconFileText size={28} stroke={1.4} aria-hidden />
      )}
    </span>
  );
}
