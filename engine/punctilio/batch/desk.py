"""The work folder of one run, with what an earlier one has left there."""

from __future__ import annotations

from contextlib import ExitStack
from os.path import isfile
from pathlib import Path

from punctilio.batch.reading import SPLIT, Split, split_in
from punctilio.batch.work import WorkFolder, folder_of, work_folder


class Desk:
    """The folder of this name in ``parent``, made when it is first needed."""

    def __init__(self, stack: ExitStack, parent: Path | None, name: str | None) -> None:
        self._stack, self._parent, self._name = stack, parent, name
        self._folder: WorkFolder | None = None
        self._split: Split | None = None

    def folder(self) -> Path:
        """What is in it belongs to a log that is split there, or is gone."""
        if self._folder is None:
            self._folder = self._stack.enter_context(work_folder(self._parent, self._name))
            self._split = split_in(self._folder.path)
            if self._split is None:
                self._folder.empty()
        return self._folder.path

    def found(self) -> Split | None:
        """The log as an earlier run that was interrupted has split it."""
        if self._name is not None and isfile(folder_of(self._parent, self._name) / SPLIT):  # not if it is another's
            self.folder()
        return self._split

    def keep(self, stop: BaseException) -> None:
        """Say in a note to ``stop`` where it can be gone on from, if the log is split and the folder can be found."""
        if self._folder is None:
            return
        if self._folder.is_kept and (self._folder.path / SPLIT).exists():
            stop.add_note(f"What was done is kept in {self._folder.path}: the same command goes on from there.")
        else:
            self.clear()

    def clear(self) -> None:
        if self._folder is not None:
            self._folder.remove()
