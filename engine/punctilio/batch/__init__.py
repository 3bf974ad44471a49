"""Logs of any size within a bound of memory: split by case into parts, judged by worker processes, put together again.

    reading → split (sorted runs on disk) → ranges of cases → workers, a part each → assembling

A part holds all events of the cases of a range of names, so it can be judged apart; and since the parts follow each
other as their cases do, a report is their pieces one after the other. What a log within the bound needs of all this is
``reading`` alone.
"""
