"""Tables and pictures of what was computed. Pictures need the extra `report`."""

from formula2net.report.curves import plot_curves
from formula2net.report.table import results_table

__all__ = ["plot_curves", "results_table"]
