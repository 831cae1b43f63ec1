/** The bridge between old and new series while pods move one after the other. */
import { otelName } from "../names.ts";
import { fileOf } from "./file.ts";

const held = (expr: string, value: number) => ({
  expr,
  eval_time: "120m",
  exp_samples: [{ value }],
});

/**
 * Two pods move one after the other and lose their old emitter one after the other: at no minute is anything missing or counted
 * twice. The history before, in the old series only, is part of the thirty days.
 */
export const bridgeTests = (): string => {
  const end = 120;
  const pod = (name: string, from: number, to: number) => {
    const course = `${"_ ".repeat(from)}0+60x${to - from} ${"_ ".repeat(end - to)}`.trim();
    return { name, course };
  };
  const series = ({ name, course }: ReturnType<typeof pod>, selectors: string[]) =>
    selectors.map((selector) => ({
      series: selector.replace("}", `,pod="${name}"}`),
      values: course,
    }));
  const legacy = [
    'flashcard_api_calls_total{model="large",success="true"}',
    'flashcard_processing_words_total{stage="stage1",success="true"}',
  ];
  const otel = [
    `${otelName("apiRequests")}{model="large",status="success"}`,
    `${otelName("stage1Words")}{stage="stage1",success="true"}`,
  ];
  return fileOf("bridge", "1m", [
    {
      name: "two pods move and retire one after the other",
      interval: "1m",
      input_series: [
        ...series(pod("a", 0, 70), legacy),
        ...series(pod("b", 0, 80), legacy),
        // Words that failed before the new series began.
        ...series({ name: "a", course: "0+0x9 0+6x10 60+0x50" }, [
          'flashcard_processing_words_total{stage="stage1",success="false"}',
        ]),
        ...series(pod("a", 30, end), otel),
        ...series(pod("b", 40, end), otel),
      ],
      promql_expr_test: [
        'bridge:flashcard_api_calls_total:rate5m{model="large",status="success"}',
        'bridge:flashcard_processing_words_total:rate5m{stage="stage1",success="true"}',
      ]
        .flatMap((name) => [
          held(`sum(count_over_time(${name}[110m]))`, 110),
          held(`sum(min_over_time(${name}[110m]))`, 2),
          held(`sum(max_over_time(${name}[110m]))`, 2),
        ])
        .concat(
          held('sum(slo:sli_error:ratio_rate30d{slo="words",edition="bridge"}) > bool 0.001', 1),
        ),
    },
  ]);
};
