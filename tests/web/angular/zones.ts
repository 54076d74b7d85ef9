/** Patches what schedules, as applications with zones do. It comes before everything else. */
import "zone.js";
