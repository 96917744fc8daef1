import { useMemo, type ReactNode } from 'react'
import { useShallow } from 'zustand/shallow'
import { colorStages, type Matrix } from '#shared/color-view.ts'
import { useDisplay } from '../state/context.tsx'
import { COLOR_FILTER } from '../state/display.ts'

const digits = (value: number): string => value.toFixed(4)

/** The matrix takes a row of densities; the filter's one takes a column, has alpha between and an offset at the end. */
function valuesOf(matrix: Matrix): string {
  const rows = [0, 1, 2].map((out) => [...matrix.map((row) => digits(row[out]!)), '0', '0'].join(' '))
  return [...rows, '0 0 0 1 0'].join('  ')
}

/** The filter through which the image layer is seen: tiles and whole images alike, and nothing is computed anew in JavaScript. */
export function ColorFilter(): ReactNode {
  const view = useDisplay(
    useShallow(({ brightness, contrast, gamma, invert, stain, stainInGrey }) => ({
      ...{ brightness, contrast, gamma, invert, stain, stainInGrey },
    })),
  )
  const stages = useMemo(() => colorStages(view), [view])
  if (stages === null) return null
  const { separation, tones } = stages
  return (
    <svg className="sw-color-filter" aria-hidden>
      <filter id={COLOR_FILTER} x="0" y="0" width="100%" height="100%" colorInterpolationFilters="sRGB">
        {separation && <Transfer table={separation.density} />}
        {separation && <feColorMatrix type="matrix" values={valuesOf(separation.matrix)} />}
        <Transfer table={tones} />
      </filter>
    </svg>
  )
}

function Transfer({ table }: { readonly table: readonly number[] }): ReactNode {
  const values = table.map(digits).join(' ')
  return (
    <feComponentTransfer>
      <feFuncR type="table" tableValues={values} />
      <feFuncG type="table" tableValues={values} />
      <feFuncB type="table" tableValues={values} />
    </feComponentTransfer>
  )
}
