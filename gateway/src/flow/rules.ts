/** Rules on a customer's attributes. Pure. A number that the portal sends as text counts as that number where sizes are compared. */
import type { Condition } from '../config/flow.ts';
import type { Attributes } from './progress.ts';

export function fits({ attribute, is, in: anyOf, atLeast, atMost, exists }: Condition, attributes: Attributes): boolean {
  // Names that every object has are nobody's attributes.
  const value = Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
  if (exists !== undefined) return (value !== undefined) === exists;
  if (value === undefined) return false;
  if (is !== undefined) return value === is;
  if (anyOf !== undefined) return anyOf.includes(value);
  const size = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof size !== 'number' || Number.isNaN(size)) return false;
  return atLeast !== undefined ? size >= atLeast : atMost !== undefined && size <= atMost;
}
