import { act, fireEvent, render, screen } from "@testing-library/react";
import { useEffect, useState } from "react";
import { expect, it, vi } from "vitest";
import { CommandBus } from "./CommandBus";
import { useHotkeys } from "./useHotkeys";

/** As dialogs do: it hears Escape before anyone else, and is gone at once. */
function Dialog() {
  const [opened, setOpened] = useState(true);
  useEffect(() => {
    const close = (event: KeyboardEvent) => {
      if (event.key === "Escape") act(() => setOpened(false));
    };
    window.addEventListener("keydown", close, { capture: true });
    return () => window.removeEventListener("keydown", close, { capture: true });
  }, []);
  return opened ? <div role="dialog" aria-modal="true" /> : null;
}

function Page({ bus }: { bus: CommandBus }) {
  useHotkeys(bus);
  return <Dialog />;
}

it("leaves the key that closes a dialog to the dialog, wherever the focus is", () => {
  const bus = new CommandBus();
  const heard = vi.fn();
  bus.listen(heard);
  render(<Page bus={bus} />);
  fireEvent.keyDown(document.body, { key: "Escape" });
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(heard).not.toHaveBeenCalled();
  fireEvent.keyDown(document.body, { key: "Escape" });
  expect(heard).toHaveBeenCalledWith("back");
});
