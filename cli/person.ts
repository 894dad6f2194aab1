import { userInfo } from 'node:os'
import type { World } from './command.ts'

/** Who acts on this command line: the account that typed it, through sudo too. Recorded with what it does. */
export const caller = (world: World): string => `cli:${world.env.variable('SUDO_USER') ?? userInfo().username}`
