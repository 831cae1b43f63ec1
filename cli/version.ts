/** One version for images, chart, resource and this program. */
export const VERSION = "0.1.0";
