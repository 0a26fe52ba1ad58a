import { IconAlertTriangle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./Notice.module.css";

type Props = {
  tone: "warning" | "error";
  title: ReactNode;
  icon?: ReactNode;
  children?: ReactNode;
};

/** Something went otherwise than hoped: announced, calm to look at. */
export function Notice({ tone, title, icon, children }: Props) {
  return (
    <div role="alert" className={classes.notice} data-tone={tone}>
      <span className={classes.icon}>{icon ?? <IconAlertTriangle size={20} aria-hidden="true" />}</span>
      <div className={classes.told}>
        <p className={classes.title}>{title}</p>
        {children}
      </div>
    </div>
  );
}
