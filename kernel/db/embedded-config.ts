/**
 * Settings of the bundled server, written at every start. Memory is kept small, because the server shares a machine
 * with what it watches; connections come over the Unix socket alone.
 */
export const BERGFRIED_CONF = `# Written by Bergfried at every start; changes here are lost.
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 60
password_encryption = scram-sha-256
shared_buffers = 128MB
work_mem = 32MB
maintenance_work_mem = 64MB
max_wal_size = 1GB
min_wal_size = 128MB
checkpoint_timeout = 15min
wal_compression = on
huge_pages = off
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
logging_collector = on
log_filename = 'postgresql-%d.log'
log_truncate_on_rotation = on
log_rotation_age = 1d
log_rotation_size = 0
log_file_mode = 0600
log_connections = on
log_disconnections = on
log_line_prefix = '%m [%p] %q%u@%d '
log_statement = ddl
lc_messages = 'C'
`

/** Every role with its password, over the socket alone. */
export const PG_HBA = `# Written by Bergfried at every start; changes here are lost.
local all all scram-sha-256
`
