import { readFileSync } from 'node:fs'
import type { EventSource } from '../../engines/sigma/ir.ts'
import { Matcher } from '../../engines/sigma/matcher.ts'
import { packFromText } from '../../engines/sigma/pack-text.ts'
import { cpuSeconds } from './cpu.ts'

// A fresh process: reads the pack from its cache, matches the first event of every shape, then all that it is given.
const [cache = '', hash = '', samples = ''] = process.argv.slice(2)
const given = JSON.parse(readFileSync(samples, 'utf8')) as { source: EventSource; lines: string[] }[]
const began = cpuSeconds()
const matcher = new Matcher(packFromText(readFileSync(cache, 'utf8'), hash))
for (const { source, lines } of given) matcher.match(JSON.parse(lines[0] ?? '{}'), source)
const ms = (cpuSeconds() - began) * 1000
for (const { source, lines } of given) for (const line of lines) matcher.match(JSON.parse(line), source)
process.stdout.write(JSON.stringify({ ms, rss: process.memoryUsage().rss }))
