"""What a build takes along besides the code: the built page, and weights with terms of their own.

A checkout needs neither. `SIMILIS_BUILD_WITHOUT_CAMUS=1` leaves out the segmentation weights that
were trained on CAMUS, which are for research use only.
"""

import os
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CAMUS = "measure/shipped/echo-camus"  # pyproject.toml excludes it; it comes back here
WITHOUT_CAMUS = "SIMILIS_BUILD_WITHOUT_CAMUS"


class ContentsHook(BuildHookInterface):  # type: ignore[type-arg]  # any builder's configuration
    """Hatch calls it before it builds."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add what is there to a wheel that is no editable install, and to a source archive."""
        if version == "editable":
            return
        root, included = Path(self.root), build_data["force_include"]
        page = root / "web" / "dist"
        if (page / "index.html").is_file():
            included[str(page)] = "api/page" if self.target_name == "wheel" else "web/dist"
        if (root / CAMUS).is_dir() and os.environ.get(WITHOUT_CAMUS, "") in ("", "0"):
            included[str(root / CAMUS)] = CAMUS
