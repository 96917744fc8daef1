import type { JobLabel } from './contracts/job.ts'

/** The class that is normal: a project's first; every other one is abnormal. */
export const NORMAL_CLASS = 0

/**
 * What an image's labels say of it: the label of the whole image decides; without one, an area of an abnormal class makes it abnormal. null where
 * nothing tells, or where the label is not to be used.
 */
export function anomalyKind(labels: readonly JobLabel[]): 'normal' | 'abnormal' | null {
  const whole = labels.find(({ shape }) => shape.type === 'image')
  if (whole?.ignore === true) return null
  if (whole) return whole.classIndex === NORMAL_CLASS ? 'normal' : 'abnormal'
  return labels.some(({ classIndex, ignore }) => classIndex !== NORMAL_CLASS && !ignore) ? 'abnormal' : null
}
