import { type Random } from '../random.ts'
import { type Absorbance } from './band.ts'
import { noiseTexture, type Texture } from './texture.ts'

/** How one slide took the stain: absorbances of its parts and the textures that its cells share. */
export interface Stain {
  /** Haemoglobin with eosin, a common red cell at its thickest. */
  readonly redCell: Absorbance
  /** Chromatin. */
  readonly nucleus: Absorbance
  readonly cytoplasm: Absorbance
  /** The blue cytoplasm of lymphocytes and monocytes. */
  readonly basophilicCytoplasm: Absorbance
  readonly eosinophilicGranules: Absorbance
  readonly platelet: Absorbance
  /** Chance that a red cell lost most of its haemoglobin and shows as a ring. */
  readonly ghosts: number
  /** How common and how deep the pale centres are, 0 to 1. */
  readonly pallor: number
  /** Chance of a refractile drying artefact on a red cell. */
  readonly artefacts: number
  /** Textures of about 2, 4 and 10 pixels at the usual magnification. */
  readonly fine: Texture
  readonly medium: Texture
  readonly coarse: Texture
}

export function randomStain(random: Random): Stain {
  const strength = random.uniform(0.8, 1.15)
  const hue = random.normal(0, 0.06)
  const vary = (colour: Absorbance, by: number): Absorbance => {
    const own = strength * random.uniform(1 - by, 1 + by)
    return [Math.max(0, colour[0] * own * (1 + hue)), colour[1] * own, Math.max(0, colour[2] * own * (1 - hue))]
  }
  return {
    redCell: vary([0.1, 0.37, 0.4], 0.12),
    nucleus: vary([0.62, 0.88, 0.06], 0.15),
    cytoplasm: vary([0.1, 0.25, 0.05], 0.2),
    basophilicCytoplasm: vary([0.3, 0.33, 0.03], 0.2),
    eosinophilicGranules: vary([0.08, 0.4, 0.3], 0.15),
    platelet: vary([0.32, 0.4, 0.02], 0.2),
    ghosts: random.uniform(0.05, 0.4),
    pallor: random.uniform(0.3, 0.9),
    artefacts: random.chance(0.6) ? random.uniform(0.1, 0.5) : 0.03,
    fine: noiseTexture(random, 2),
    medium: noiseTexture(random, 4),
    coarse: noiseTexture(random, 10),
  }
}
