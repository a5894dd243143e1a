"""Measure how fast a list gets into the store: parsed, stripped, threaded, stored and indexed, as in the bot.

python -m tests.benchmarks.ingest MBOX…                   mails a second, CPU seconds, memory
python -m tests.benchmarks.ingest --twice MBOX…           a second pass over the same mails, which stores none
python -m tests.benchmarks.ingest --beside notmuch MBOX…  the same mails through `notmuch new` as well

Archives are plain, .gz, .bz2, .xz or .zip. The store is fresh and temporary. The clock starts when the
archives are unpacked, as the other program's Maildir is made before its clock starts, and the processes that
parse are warm, as the bot keeps them; their start counts among the CPU seconds.

Worker processes import the main module again, so this one holds nothing that takes time.
"""

if __name__ == "__main__":
    from tests.benchmarks.ingesting import main

    main(__doc__)
