"""Settings that every test and every notebook run under it shares."""
import os

os.environ["BP_PROGRESS"] = "0"  # progress bars are for readers; a stored output holds none
