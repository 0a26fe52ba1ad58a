import { IconFileText } from "@tabler/icons-react";
import { useState } from "react";
import classes from "./Thumbnail.module.css";

type Props = { path: string | null; alt: string; eager?: boolean };

/** A medical image, whole and on black. Its box is sized by what holds it, so that nothing jumps. */
export function Thumbnail({ path, alt, eager = false }: Props) {
  const [failed, setFailed] = useState<string | null>(null);
  if (!path || failed === path) {
    return (
      <span className={classes.none} role={alt ? "img" : undefined} aria-label={alt ? `${alt} (no picture)` : undefined}>
        <IconFileText size={28} aria-hidden="true" />
      </span>
    );
  }
  return (
    <img
      className={classes.image}
      src={path}
      alt={alt}
      loading={eager ? "eager" : "lazy"}
      decoding="async"
      draggable={false}
      onError={() => setFailed(path)}
    />
  );
}
