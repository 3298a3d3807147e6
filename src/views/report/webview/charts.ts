import {
  BarController,
  BarElement,
  CategoryScale,
  Chart as ChartJs,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  ScatterController,
  Tooltip,
  type ChartConfiguration,
  type ChartDataset,
  type ScaleOptionsByType,
} from 'chart.js';
import type { Chart as AnyChart, FunnelChart, Series, Tone } from '../../../spar/report/report';

// Named one by one, so that the rest of the library is left out of the bundle.
ChartJs.register(
  BarController,
  BarElement,
  CategoryScale,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  ScatterController,
  Tooltip,
);

/** What is drawn on a canvas. */
type Chart = Exclude<AnyChart, FunnelChart>;

export interface DrawnChart {
  /** Draws it again in the colours that hold now. */
  readonly repaint: () => void;
  readonly destroy: () => void;
}

type Kind = 'bar' | 'line' | 'scatter';
type Configuration = ChartConfiguration<Kind, (number | { x: number; y: number })[], string>;

export function drawChart(chart: Chart, canvas: HTMLCanvasElement): DrawnChart {
  const drawn = new ChartJs(canvas, configurationOf(chart));
  return {
    repaint: () => {
      const { data, options } = configurationOf(chart);
      drawn.data = data;
      drawn.options = options ?? {};
      drawn.update('none');
    },
    destroy: () => drawn.destroy(),
  };
}

interface Colours {
  readonly text: string;
  readonly grid: string;
  /** Around bars where colours alone may not tell them apart; transparent elsewhere. */
  readonly outline: string;
  readonly font: string;
  readonly tone: (tone: Tone) => string;
}

function configurationOf(chart: Chart): Configuration {
  const colours = coloursNow();
  const isRows = chart.kind === 'bars' && chart.direction === 'rows';
  const isStacked = chart.kind === 'bars' && chart.isStacked;
  const numbers = { x: isRows || chart.kind === 'points', y: !isRows };
  const axis = (which: 'x' | 'y'): object => ({
    ...(chart.kind === 'points' ? { type: 'logarithmic' } : {}),
    stacked: isStacked,
    ...(numbers[which] && chart.kind !== 'points' ? { beginAtZero: true } : {}),
    grid: { color: colours.grid, display: numbers[which] },
    border: { color: colours.grid },
    title: {
      display: chart[`${which}Title`] !== '',
      text: chart[`${which}Title`],
      color: colours.text,
    },
    ticks: {
      color: colours.text,
      ...(numbers[which]
        ? { precision: 0, maxTicksLimit: 7 }
        : { autoSkip: !isRows, ...(chart.kind === 'lines' ? { maxTicksLimit: 5, maxRotation: 0 } : {}) }),
    } satisfies Partial<ScaleOptionsByType['ticks']>,
  });
  const series = chart.kind === 'points' ? [] : chart.series;
  return {
    type: chart.kind === 'bars' ? 'bar' : chart.kind === 'lines' ? 'line' : 'scatter',
    data:
      chart.kind === 'points'
        ? { datasets: pointSets(chart.points, colours) }
        : {
            labels: [...chart.categories],
            datasets: series.map((each) => seriesSet(each, chart.kind, colours)),
          },
    options: {
      animation: false,
      maintainAspectRatio: false,
      indexAxis: isRows ? 'y' : 'x',
      font: { family: colours.font },
      scales: { x: axis('x'), y: axis('y') },
      plugins: {
        legend: { display: series.length > 1, labels: { color: colours.text, boxWidth: 12 } },
        tooltip: { enabled: true },
      },
    },
  };
}

function seriesSet(
  { name, tone, values }: Series,
  kind: 'bars' | 'lines',
  colours: Colours,
): ChartDataset<Kind, number[]> {
  const colour = colours.tone(tone);
  return kind === 'bars'
    ? {
        label: name,
        data: [...values],
        backgroundColor: colour,
        borderColor: colours.outline,
        borderWidth: colours.outline === 'transparent' ? 0 : 1,
        maxBarThickness: 40,
      }
    : {
        label: name,
        data: [...values],
        borderColor: colour,
        backgroundColor: colour,
        borderWidth: 2,
        pointRadius: values.length > 40 ? 0 : 3,
      };
}

/** The points, and the line on which both texts are as long. */
function pointSets(
  points: readonly (readonly [number, number])[],
  colours: Colours,
): ChartDataset<Kind, { x: number; y: number }[]>[] {
  // A logarithmic axis has no zero.
  const shown = points.map(([x, y]) => ({ x: Math.max(1, x), y: Math.max(1, y) }));
  const all = shown.flatMap(({ x, y }) => [x, y]);
  const least = Math.min(...all);
  const most = Math.max(...all);
  return [
    { type: 'scatter', data: shown, backgroundColor: colours.tone('first'), pointRadius: 3 },
    {
      type: 'line',
      data: [
        { x: least, y: least },
        { x: most, y: most },
      ],
      borderColor: colours.text,
      borderWidth: 1,
      borderDash: [4, 4],
      pointRadius: 0,
    },
  ];
}

function coloursNow(): Colours {
  const style = getComputedStyle(document.documentElement);
  const bodyStyle = getComputedStyle(document.body);
  const value = (name: string): string =>
    bodyStyle.getPropertyValue(name).trim() || style.getPropertyValue(name).trim();
  return {
    text: value('--page-text'),
    grid: value('--page-lines'),
    outline: value('--page-outline') || 'transparent',
    font: value('--page-font'),
    tone: (tone) => value(`--tone-${tone}`),
  };
}
