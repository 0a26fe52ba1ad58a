import { Loader, type LoaderProps } from "@mantine/core";

type Props = Omit<LoaderProps, "role" | "aria-label"> & { label: string };

/** Something moving while something loads. A plain span could not carry its name. */
export function Waiting({ label, ...props }: Props) {
  return <Loader role="img" aria-label={label} {...props} />;
}
