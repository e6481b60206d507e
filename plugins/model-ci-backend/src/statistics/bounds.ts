/** One-sided limits: the true value lies below `lower`, and above `upper`, with at most the stated probability each. */
export interface Bounds {
  lower: number;
  upper: number;
}
