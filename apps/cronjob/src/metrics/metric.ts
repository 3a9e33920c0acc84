/** Names and values that tell one sample of a metric from another. */
export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** A gauge with its samples, no two of which have the same labels. */
export interface Metric {
  readonly name: string;
  /** One line for people. */
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** Each sample with one label more. */
export function withLabel(metrics: readonly Metric[], name: string, value: string): Metric[] {
  return metrics.map((metric) => ({
    ...metric,
    samples: metric.samples.map((sample) => ({ ...sample, labels: { ...sample.labels, [name]: value } })),
  }));
}
