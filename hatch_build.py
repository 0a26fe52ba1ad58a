"""Puts the built page into the wheel as `api/page`, where there is one; a checkout needs none."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PageHook(BuildHookInterface):  # type: ignore[type-arg]  # any builder's configuration will do
    """Hatch calls it before it builds."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add `web/dist` to a wheel that is no editable install, and to a source archive."""
        page = Path(self.root) / "web" / "dist"
        if version == "editable" or not (page / "index.html").is_file():
            return
        target = "api/page" if self.target_name == "wheel" else "web/dist"
        build_data["force_include"][str(page)] = target
