import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { MemoryRouter } from "react-router";
import { expect, it, vi } from "vitest";
import type { HitData } from "../queries";
import { HitCard } from "./HitCard";

const hit: HitData = {
  id: "1.2.3",
  rank: 3,
  score: 0.87654,
  cosine: 0.87654,
  textScore: null,
  frame: 11,
  instance: {
    instanceUid: "1.2.3.4",
    seriesUid: "1.2.3",
    modality: "US",
    bodyPart: "HEART",
    view: "",
    laterality: "L",
    description: "",
    sex: "F",
    ageYears: 64.7,
    date: "2019-05-14",
    frames: 48,
    labels: ["one", "two", "three", "four"],
    thumbnail: "/api/thumbnails/x.webp",
  },
  case: {
    studyUid: "1.2",
    dataset: "demo",
    patient: "P1",
    date: "2019-05-14",
    description: "",
    sex: "F",
    ageYears: 64.7,
    modalities: ["US"],
    labels: ["one"],
    ejectionFraction: 38.4,
    ejectionFractionClass: "moderately_abnormal",
    heartCorrected: true,
  },
  excerpt: [
    { text: "Small <b>left</b> ", marked: false },
    { text: "effusion", marked: true },
    { text: ".", marked: false },
  ],
  notUseful: null,
};

function show(over: Partial<HitData> = {}) {
  const handlers = { onMark: vi.fn(), onLike: vi.fn(), onLeave: vi.fn() };
  const shown = { ...hit, ...over };
  render(
    <MantineProvider>
      <MemoryRouter>
        <HitCard hit={shown} view="grid" href="/case/1.2" isCurrent {...handlers} />
      </MemoryRouter>
    </MantineProvider>,
  );
  return { ...handlers, shown };
}

it("marks the words that matched and shows the report's text as text", () => {
  show();
  expect(screen.getByText("effusion").tagName).toBe("MARK");
  expect(screen.getByText(/Small <b>left<\/b>/).tagName).toBe("SPAN");
});

it("tells what, whose, when and how it was scored", () => {
  show();
  expect(screen.getByRole("link", { name: "US · Heart · left" })).toHaveAttribute("href", "/case/1.2");
  expect(screen.getByText("EF 38 % (corrected) · 64 y, female · 14 May 2019")).toBeInTheDocument();
  expect(screen.getByText("0.877")).toHaveAttribute("title", expect.stringContaining("Best frame: 12 of 48."));
  expect(screen.getByTitle("four")).toHaveTextContent("+1");
});

it("shows no score where nothing was ranked, and a case without images", () => {
  show({ cosine: null, instance: null, excerpt: null, case: { ...hit.case, description: "Report only" } });
  expect(screen.queryByText("0.877")).not.toBeInTheDocument();
  expect(screen.getByRole("link", { name: "US · Report only" })).toBeInTheDocument();
  expect(screen.getByText("No report")).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: /More like/ })).not.toBeInTheDocument();
});

it("can be called not useful, and that taken back", async () => {
  const { onMark, shown } = show({ notUseful: { annotationId: "a", withdrawn: false } });
  await userEvent.click(screen.getByRole("button", { name: /Undo “not useful”/ }));
  expect(onMark).toHaveBeenCalledExactlyOnceWith(shown);
});
