/** How drawings look: as the paths of an SVG, in the pixels of the viewport that they lie over. Pure. */
import type { Drawing, FarPlace } from '#shared/cobrowse-hands.ts';
import type { Box } from '../dom/geometry.ts';

type Point = readonly [number, number];

/** The path of a drawing that sticks to a box. */
export function pathOf(drawing: Drawing, box: Box): string {
  switch (drawing.kind) {
    case 'pen': return smooth(drawing.points.map((place) => at(place, box)));
    case 'arrow': return arrow(at(drawing.from, box), at(drawing.to, box));
    case 'highlight': return frame(box);
  }
}

function at([x, y]: FarPlace, { left, top, width, height }: Box): Point {
  return [left + x * width, top + y * height];
}

/** Through the middles between the points, so that a hand's line has no corners. */
function smooth(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  const curves = rest.slice(0, -1).map((point, index) => {
    const next = rest[index + 1] ?? point;
    return `Q${pair(point)} ${pair([(point[0] + next[0]) / 2, (point[1] + next[1]) / 2])}`;
  });
  const last = rest.at(-1);
  return `M${pair(first)}${curves.join('')}${last === undefined ? 'h0' : `L${pair(last)}`}`;
}

const headLength = 18;
const headAngle = Math.PI / 7;

function arrow(from: Point, to: Point): string {
  const direction = Math.atan2(to[1] - from[1], to[0] - from[0]);
  const length = Math.min(headLength, Math.hypot(to[0] - from[0], to[1] - from[1]) * 0.6);
  const side = (turn: number): Point => [to[0] - length * Math.cos(direction + turn), to[1] - length * Math.sin(direction + turn)];
  return `M${pair(from)}L${pair(to)}M${pair(side(headAngle))}L${pair(to)}L${pair(side(-headAngle))}`;
}

const frameGap = 5;
const frameRound = 8;

function frame({ left, top, width, height }: Box): string {
  const [x, y, w, h] = [left - frameGap, top - frameGap, width + 2 * frameGap, height + 2 * frameGap];
  const r = Math.min(frameRound, w / 2, h / 2);
  const corner = (dx: number, dy: number): string => `a${r} ${r} 0 0 1 ${dx} ${dy}`;
  return `M${pair([x + r, y])}h${tenth(w - 2 * r)}${corner(r, r)}v${tenth(h - 2 * r)}${corner(-r, r)}h${tenth(2 * r - w)}${corner(-r, -r)}v${tenth(2 * r - h)}${corner(r, -r)}z`;
}

function pair([x, y]: Point): string {
  return `${tenth(x)} ${tenth(y)}`;
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}

/** A hand's line with points left out, so that a long stroke holds its bound; both of its ends stay. */
export function thinned(points: readonly FarPlace[], limit: number): FarPlace[] {
  let kept = [...points];
  while (kept.length > limit) {
    const last = kept.length - 1;
    kept = kept.filter((_point, index) => index % 2 === 0 || index === last);
  }
  return kept;
}
