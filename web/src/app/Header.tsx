import { ActionIcon, Badge, Group, Text, Tooltip, useComputedColorScheme, useMantineColorScheme, VisuallyHidden } from "@mantine/core";
import { IconLogout, IconMoon, IconSun } from "@tabler/icons-react";
import { Link, NavLink } from "react-router";
import { setSignedOut } from "../api/session";
import { request } from "../api/http";
import type { AboutQuery } from "../gql/graphql";
import { Logo } from "./Logo";
import classes from "./Shell.module.css";

type Props = { about: AboutQuery["about"] | undefined };

export function Header({ about }: Props) {
  return (
    <header className={classes.header}>
      <Link to="/" className={classes.brand} aria-label="Similis, new search">
        <Logo />
        <Text component="span" fw={650} size="lg" visibleFrom="xs">
          Similis
        </Text>
      </Link>
      <Badge variant="outline" color="gray" className={classes.notForDiagnosis ?? ""}>
        Not for diagnosis
      </Badge>
      <NavLink to="/analytics" className={classes.link ?? ""}>
        Analytics
      </NavLink>
      <Group gap="xs" ml="auto" wrap="nowrap">
        {about && (
          <Text size="sm" c="dimmed" visibleFrom="sm">
            {about.cases.toLocaleString("en")} cases, {about.instances.toLocaleString("en")} images
          </Text>
        )}
        {about?.model && <ModelBadge model={about.model} />}
        <ColorSchemeToggle />
        <Tooltip label="Sign out">
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Sign out" onClick={() => void signOut()}>
            <IconLogout size={18} />
          </ActionIcon>
        </Tooltip>
      </Group>
    </header>
  );
}

function ModelBadge({ model }: { model: NonNullable<AboutQuery["about"]["model"]> }) {
  const told = `${model.modelId}, ${model.precision}, weights: ${model.source}`;
  return (
    <Tooltip label={told} multiline maw={360}>
      <Badge
        variant="light"
        color="gray"
        className={classes.model ?? ""}
        data-warns={!model.meaningful || undefined}
      >
        <VisuallyHidden>Model </VisuallyHidden>
        {model.meaningful ? model.architecture : "Random weights"}
        <VisuallyHidden>, {told}</VisuallyHidden>
      </Badge>
    </Tooltip>
  );
}

function ColorSchemeToggle() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme("dark");
  const other = scheme === "dark" ? "light" : "dark";
  return (
    <Tooltip label={`Use the ${other} theme`}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={`Use the ${other} theme`}
        onClick={() => setColorScheme(other)}
      >
        {scheme === "dark" ? <IconSun size={18} /> : <IconMoon size={18} />}
      </ActionIcon>
    </Tooltip>
  );
}

async function signOut(): Promise<void> {
  try {
    await request("/api/sign-out", { method: "POST" });
  } finally {
    setSignedOut(true);
  }
}
