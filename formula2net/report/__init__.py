"""Tables and pictures of what was computed. Pictures and ranking need the extra `report`."""

from formula2net.report.curves import plot_curves
from formula2net.report.friedman import draw_friedman
from formula2net.report.ranking import Ranking, rank
from formula2net.report.results import Results, list_results, load_results, read_results
from formula2net.report.spectrum import plot_lesions, plot_spectrum
from formula2net.report.table import results_table

__all__ = [
    "Ranking",
    "Results",
    "draw_friedman",
    "list_results",
    "load_results",
    "plot_curves",
    "plot_lesions",
    "plot_spectrum",
    "rank",
    "read_results",
    "results_table",
]
