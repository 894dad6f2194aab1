import { ACCESS_OPERATIONS } from './access/operations.ts'
import { FIELDS_OPERATIONS } from './fields/operations.ts'
import { FIREWALL_OPERATIONS } from './firewall/operations.ts'
import type { Keeper } from './keeper.ts'
import { publicKeys } from './operations/public-keys.ts'
import { signCheckpointOperation } from './operations/sign-checkpoint.ts'
import { statusOperation } from './operations/status.ts'

/** One thing that the keeper does for others: a file each under `operations/`. */
export interface Operation {
  /**
   * @param args - as they came over the socket, unchecked
   * @throws {KeeperError} `malformed` the arguments have another shape: the connection ends
   */
  run(keeper: Keeper, args: unknown): Promise<object>
}

/** All that can be asked of the keeper. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['status', statusOperation],
  ['public-keys', publicKeys],
  ['sign-checkpoint', signCheckpointOperation],
  ...ACCESS_OPERATIONS,
  ...FIREWALL_OPERATIONS,
  ...FIELDS_OPERATIONS,
])
