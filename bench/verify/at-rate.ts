import { Agent, get } from 'node:http'

/**
 * Asks for a path at a steady rate, whether or not the answers keep up, and takes each answer whole.
 *
 * @returns milliseconds from when each request was due until its answer ended, sorted
 */
export async function atRate(origin: string, path: string, rate: number, seconds: number): Promise<readonly number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const times: number[] = []
  const pending: Promise<void>[] = []
  const began = performance.now()
  const total = rate * seconds
  while (pending.length < total) {
    const due = Math.min(total, Math.floor(((performance.now() - began) / 1000) * rate) + 1)
    while (pending.length < due) {
      const at = began + (pending.length / rate) * 1000
      pending.push(ask(agent, origin + path).then(() => void times.push(performance.now() - at)))
    }
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await Promise.all(pending)
  agent.destroy()
  return times.sort((a, b) => a - b)
}

const ask = (agent: Agent, url: string): Promise<void> =>
  new Promise((resolve, reject) => {
    get(url, { agent, headers: { 'accept-encoding': 'br' } }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`HTTP ${answer.statusCode}`))
      answer.resume().on('end', resolve).on('error', reject)
    }).on('error', reject)
  })
