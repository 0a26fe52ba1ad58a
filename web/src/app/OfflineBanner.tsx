import { useNetwork } from "@mantine/hooks";
import { IconWifiOff } from "@tabler/icons-react";
import classes from "./Shell.module.css";

/** Said while the browser has no network; what is on the screen stays there. */
export function OfflineBanner() {
  const { online } = useNetwork();
  return (
    <div role="status" className={classes.offline} data-shown={!online || undefined}>
      {!online && (
        <>
          <IconWifiOff size={18} aria-hidden="true" /> No network. What you see is kept; searching goes on when
          the connection is back.
        </>
      )}
    </div>
  );
}
