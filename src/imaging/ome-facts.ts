import { isoDate } from './slides/slide-facts.ts'

/**
 * What an OME-XML (OME model 2016-06) says of the microscope: the NominalMagnification of the objective that the first image was taken with, or of
 * the only one, and its AcquisitionDate (ISO 8601). Null where it says none.
 */
export function omeFacts(xml: string): { objective: number | null; scannedAt: string | null } {
  const objectives = [...xml.matchAll(/<(?:\w+:)?Objective\s([^>]*)>/g)].map(([, attributes = '']) => ({
    id: attribute(attributes, 'ID'),
    power: Number(attribute(attributes, 'NominalMagnification') ?? Number.NaN),
  }))
  const used = /<(?:\w+:)?ObjectiveSettings\s([^>]*)>/.exec(xml)?.[1]
  const id = used === undefined ? null : attribute(used, 'ID')
  const objective = objectives.find((one) => one.id === id) ?? (objectives.length === 1 ? objectives[0] : undefined)
  const date = /<(?:\w+:)?AcquisitionDate>\s*([^<]{1,40})</.exec(xml)?.[1]
  return {
    objective: objective !== undefined && objective.power > 0 && Number.isFinite(objective.power) ? objective.power : null,
    scannedAt: date === undefined ? null : isoDate(date, 'month'),
  }
}

const attribute = (attributes: string, name: string): string | null =>
  new RegExp(`(?:^|\\s)${name}="([^"]{1,80})"`).exec(attributes)?.[1] ?? null
