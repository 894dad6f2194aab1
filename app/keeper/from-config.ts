import { join } from 'node:path'
import type { Config } from '../../kernel/config/config.ts'
import type { Environment } from '../../kernel/config/environment.ts'
import { readSecret } from '../../kernel/config/secrets.ts'
import { dataFolder } from '../data-folder.ts'
import type { KeeperInput } from './supervise.ts'

/** Variables with which the modules of common tokens are told where their configuration is; none of them is a secret. */
const MODULE_VARIABLES = [
  'SOFTHSM2_CONF',
  'YUBIHSM_PKCS11_CONF',
  'CS_PKCS11_R2_CFG',
  'CS_PKCS11_R3_CFG',
  'ChrystokiConfigurationPath',
  'TPM2_PKCS11_STORE',
  'OPENSC_CONF',
  'CLOUDHSM_PKCS11_CONFIG',
]

/**
 * What the configuration says of the keeper. Reads the PIN of the token.
 *
 * @throws {BergfriedError} `config.secret_missing`, `config.invalid`
 */
export async function keeperInput(config: Config, env: Environment): Promise<Omit<KeeperInput, 'onProblem'>> {
  const { pkcs11, socket } = config.keeper
  return {
    folder: join(dataFolder(config, env), 'keeper'),
    socket,
    origin: config.evidence.origin,
    pkcs11: pkcs11 === null ? null : { ...pkcs11, pin: await readSecret(pkcs11.pin, pkcs11.token, env) },
    variables: Object.fromEntries(
      (pkcs11 === null ? [] : MODULE_VARIABLES).flatMap((name) => {
        const value = env.variable(name)
        return value === null ? [] : [[name, value]]
      }),
    ),
  }
}
