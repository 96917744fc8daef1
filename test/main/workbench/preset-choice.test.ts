import { expect, it } from 'vitest'
import { checkPreset } from '../../../src/main/workbench/preset-choice.ts'

const presets = [
  { name: 'cells-lite0', task: 'detection' },
  { name: 'ssd300-vgg16', task: 'detection' },
  { name: 'cnn-70', task: 'classification' },
] as const

it("names the presets of the project's task alone where another is asked for, or one that is not there", () => {
  const hint = 'This project is for detection; choose one of: cells-lite0, ssd300-vgg16.'
  expect(() => {
    checkPreset(presets, 'detection', 'cells')
  }).toThrow(expect.objectContaining({ code: 'unknown-preset', message: 'There is no preset "cells".', hint }))
  expect(() => {
    checkPreset(presets, 'detection', 'cnn-70')
  }).toThrow(expect.objectContaining({ code: 'wrong-task', message: 'The preset cnn-70 is for classification.', hint }))
  expect(checkPreset(presets, 'detection', 'ssd300-vgg16')).toBeUndefined()
})
