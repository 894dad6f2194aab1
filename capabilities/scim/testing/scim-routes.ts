import { createScimGroup } from '../routes/create-scim-group.route.ts'
import { createScimUser } from '../routes/create-scim-user.route.ts'
import { deleteScimGroup } from '../routes/delete-scim-group.route.ts'
import { deleteScimUser } from '../routes/delete-scim-user.route.ts'
import { getScimConfiguration } from '../routes/get-scim-configuration.route.ts'
import { getScimGroup } from '../routes/get-scim-group.route.ts'
import { getScimResourceType } from '../routes/get-scim-resource-type.route.ts'
import { getScimSchema } from '../routes/get-scim-schema.route.ts'
import { getScimUser } from '../routes/get-scim-user.route.ts'
import { listScimGroups } from '../routes/list-scim-groups.route.ts'
import { listScimResourceTypes } from '../routes/list-scim-resource-types.route.ts'
import { listScimSchemas } from '../routes/list-scim-schemas.route.ts'
import { listScimUsers } from '../routes/list-scim-users.route.ts'
import { patchScimGroup } from '../routes/patch-scim-group.route.ts'
import { patchScimUser } from '../routes/patch-scim-user.route.ts'
import { refuseScimBulk } from '../routes/refuse-scim-bulk.route.ts'
import { refuseScimMe } from '../routes/refuse-scim-me.route.ts'
import { refuseScimUnknown } from '../routes/refuse-scim-unknown.route.ts'
import { replaceScimGroup } from '../routes/replace-scim-group.route.ts'
import { replaceScimUser } from '../routes/replace-scim-user.route.ts'
import { searchScimGroups } from '../routes/search-scim-groups.route.ts'
import { searchScimUsers } from '../routes/search-scim-users.route.ts'

/** Every route of this capability. */
export const SCIM_ROUTES = [
  createScimGroup,
  createScimUser,
  deleteScimGroup,
  deleteScimUser,
  getScimConfiguration,
  getScimGroup,
  getScimResourceType,
  getScimSchema,
  getScimUser,
  listScimGroups,
  listScimResourceTypes,
  listScimSchemas,
  listScimUsers,
  patchScimGroup,
  patchScimUser,
  refuseScimBulk,
  refuseScimMe,
  refuseScimUnknown,
  replaceScimGroup,
  replaceScimUser,
  searchScimGroups,
  searchScimUsers,
] as const
