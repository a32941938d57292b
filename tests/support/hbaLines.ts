/** A line of pg_hba.conf that is refused. */
export interface WrongHbaLine {
  line: string;
  /** What the message says. */
  message: string;
  /** PostgreSQL takes it, and it does not do what it is there for. */
  takenByServer?: true;
}

/**
 * Lines that people write and that PostgreSQL cannot read, or that never do what they are there
 * for.
 */
export const wrongHbaLines: WrongHbaLine[] = [
  ...(
    [
      ["hostssl all all 10.0.0.0/8 scram", "did you mean scram-sha-256?"],
      ["hostssl all all 10.0.0.0/8 scram-sha256", "did you mean scram-sha-256?"],
      ["hostssl all all 10.0.0.0/8 SCRAM-SHA-256", "did you mean scram-sha-256?"],
      ["hostssl all all 10.0.0.0/8 sha256", "did you mean scram-sha-256?"],
      ["hostssl all all 10.0.0.0/8 trus", "did you mean trust?"],
      ["hostssl all all 10.0.0.0/8 deny", "deny is not an authentication method; methods are"],
      ["hostssl all all 10.0.0.0/8 md5scram", "md5scram is not an authentication method"],
      ["hostssl all all 10.0.0.0/8 krb5", "krb5 is not an authentication method"],
      ["hostssl all all 10.0.0.0/8", "must have one authentication method; write scram-sha-256"],
      ["hostssl all all scram-sha-256", "has no address before scram-sha-256"],
      ["hostssl all all", "has no address; write one such as 10.0.0.0/8"],
      ["hostssl all", "names no user"],
      ["hostssl", "names no database"],
      ["hostsll all all 10.0.0.0/8 scram-sha-256", "got hostsll; did you mean hostssl?"],
      ["HOST all all 10.0.0.0/8 scram-sha-256", "did you mean host?"],
      ["hosts all all 10.0.0.0/8 scram-sha-256", "did you mean host?"],
      ["hostnosl all all 10.0.0.0/8 reject", "did you mean hostnossl?"],
      ["- host all all 10.0.0.0/8 scram-sha-256", "must begin with one of local, host"],
      ["all all 10.0.0.0/8 scram-sha-256", "must begin with one of local, host"],
      ["hostssl;all;all;10.0.0.0/8;scram-sha-256", "must begin with one of local, host"],
      ["hostssl shop,all", "names no user"],
      ["hostssl shop shop , app 10.0.0.0/8 scram-sha-256", "10.0.0.0/8 is not an authentication"],
      ["hostssl all all 10.0.0.0/33 scram-sha-256", "must end with a length from /0 to /32"],
      ["hostssl all all 10.0.0.0/ scram-sha-256", "must end with a length from /0 to /32"],
      ["hostssl all all fd00::/129 scram-sha-256", "must end with a length from /0 to /128"],
      ["hostssl all all 10.0.0.0/255.0.0.0 scram-sha-256", "must end with a length from /0 to /32"],
      [
        "hostssl all all 10.0.0.1 scram-sha-256",
        "address 10.0.0.1 needs a mask, such as 10.0.0.1/32",
      ],
      [
        "hostssl all all fd00::1 scram-sha-256",
        "address fd00::1 needs a mask, such as fd00::1/128",
      ],
      ["hostssl all all db.example/24 scram-sha-256", "db.example/24 is not an address"],
      ["hostssl all all 10.0.0.0/8,10.1.0.0/16 scram-sha-256", "must have one address"],
      ["hostssl all all 10.0.0.0/8 scram-sha-256,reject", "must have one authentication method"],
      ["hostssl all all 10.0.0.0/8 scram-sha-256 clientcert", "options are NAME=VALUE"],
      ["hostssl all all 10.0.0.0/8 scram-sha-256 clientcert=1", "clientcert must be verify-ca or"],
      [
        "hostssl all all 10.0.0.0/8 scram-sha-256 clientcert=yes",
        "clientcert must be verify-ca or",
      ],
      ["hostssl all all 10.0.0.0/8 cert clientcert=verify-ca", "clientcert must be verify-full"],
      [
        "host all all 10.0.0.0/8 scram-sha-256 clientcert=verify-full",
        "works on hostssl lines only",
      ],
      ["host all all 10.0.0.0/8 cert", "cert works on hostssl lines only"],
      ["hostssl all all 10.0.0.0/8 peer", "peer works on local lines only"],
      ["local all all 127.0.0.1/32 scram-sha-256", "must not have an address (127.0.0.1/32)"],
      ["local all all samenet scram-sha-256", "must not have an address (samenet)"],
      ["local all all", "must have one authentication method"],
      ["local all all gss", "gss does not work on local lines"],
      [
        "hostssl all all 10.0.0.0/8 scram-sha-256 map=users",
        "map is not an option of scram-sha-256",
      ],
      ["hostssl all all 10.0.0.0/8 cert mapp=users", "did you mean map?"],
      ["hostssl all all 10.0.0.0/8 ldap", "ldap needs the option ldapserver or ldapurl"],
      [
        "hostssl all all 10.0.0.0/8 ldap ldapserver=ldap.example",
        "ldap needs the option ldapbasedn",
      ],
      [
        "hostssl all all 10.0.0.0/8 ldap ldapserver=ldap.example ldapbasedn=dc=x ldapport=0",
        "ldapport must be a port",
      ],
      [
        "hostssl all all 10.0.0.0/8 radius radiusservers=10.0.0.9",
        "radius needs the option radiussecrets",
      ],
      [
        "hostssl all all 10.0.0.0/8 oauth issuer=https://x scope=openid",
        "oauth exists since PostgreSQL 18",
      ],
      ["hostssl all all 10.0.0.0/8 bsd", "bsd: works on OpenBSD only"],
      ["hostssl all all 10.0.0.0/8 sspi", "sspi: works on Windows only"],
      ["hostssl all /^shop( 10.0.0.0/8 scram-sha-256", "is not a regular expression"],
      ["hostssl all @admins 10.0.0.0/8 scram-sha-256", "must not read names from a file"],
      ["hostssl @databases all 10.0.0.0/8 scram-sha-256", "must not read names from a file"],
      ["include pg_hba_office.conf", "must not include a file"],
      ["include_dir hba.d", "must not include a file"],
      ['hostssl "shop all 10.0.0.0/8 scram-sha-256', "has a quote that is not closed"],
    ] as [string, string][]
  ).map(([line, message]) => ({ line, message })),
  ...(
    [
      ["host replication replicator 0.0.0.0/0 md5", "md5: write scram-sha-256"],
      ["host all all 0.0.0.0/0 md5", "md5: write scram-sha-256"],
      ["host replication repl 0.0.0.0/0 md5  # standbys", "md5: write scram-sha-256"],
      [
        "host replication postgres 0.0.0.0/0 scram-sha-256",
        "has no effect: the program's own lines",
      ],
      ['hostssl all "postgres" samenet scram-sha-256', "has no effect: the program's own lines"],
      ["hostssl all all * scram-sha-256", "address *: write all for every address"],
      ["hostssl all all ALL scram-sha-256", "address ALL: write all for every address"],
      [
        "hostssl all all *.example.com scram-sha-256",
        "write .example.com for every host of a domain",
      ],
      ["hostssl all all 10.0.0.256 scram-sha-256", "10.0.0.256 is not an address"],
      ["hostssl all all 10.0. scram-sha-256", "10.0. is not an address"],
      ["hostssl all all same_net scram-sha-256", "did you mean samenet?"],
      ["hostssl all all samehosts scram-sha-256", "did you mean samehost?"],
      ["hostssl * all 10.0.0.0/8 scram-sha-256", "database *: write all for every database"],
      ["hostssl ALL all 10.0.0.0/8 scram-sha-256", "database ALL: write all in lower case"],
      ["hostssl all % 10.0.0.0/8 scram-sha-256", "user %: write all for every user"],
      ["include_if_exists office.conf", "must not include a file"],
      ["hostssl all all 10.0.0.0 255.0.0 scram-sha-256", "address 10.0.0.0 needs a mask"],
    ] as [string, string][]
  ).map(([line, message]) => ({ line, message, takenByServer: true as const })),
];

/** Lines that PostgreSQL 17 takes and that mean something. */
export const rightHbaLines = [
  "hostssl all all 10.0.0.0/8 scram-sha-256",
  "host all all 0.0.0.0/0 scram-sha-256",
  "host  all\tall  ::/0  scram-sha-256",
  "hostssl shop shop fd00::/8 scram-sha-256",
  "hostssl shop,reports shop,app 192.168.7.0/24 scram-sha-256",
  "hostssl shop, reports shop, app 192.168.7.0/24 scram-sha-256",
  "hostnossl all all all reject",
  "host all all samehost trust",
  "host all all samenet scram-sha-256",
  "host all all localhost scram-sha-256",
  "hostssl all all .example.com scram-sha-256",
  "hostssl all all db-1.example.com scram-sha-256",
  "hostssl all all 10.0.0.0 255.0.0.0 scram-sha-256",
  "hostssl all all fd00:: ffff:: scram-sha-256",
  "hostssl all all 10.0.0.5/8 scram-sha-256",
  "hostssl sameuser all 10.0.0.0/8 scram-sha-256",
  "hostssl samerole all 10.0.0.0/8 scram-sha-256",
  "hostssl all +operators 10.0.0.0/8 scram-sha-256",
  'hostssl "my shop" "an app" 10.0.0.0/8 scram-sha-256',
  'hostssl "all" all 10.0.0.0/8 reject',
  "hostssl all /^shop_ 10.0.0.0/8 scram-sha-256",
  'hostssl "/^(shop|reports),x$" all 10.0.0.0/8 scram-sha-256',
  "hostssl replication backup 10.0.0.7/32 scram-sha-256",
  "hostssl all,replication backup 10.0.0.7/32 scram-sha-256",
  "hostssl all all 10.0.0.0/8 scram-sha-256 clientcert=verify-full",
  "hostssl all all 10.0.0.0/8 scram-sha-256 clientcert=verify-ca",
  "hostssl all all 10.0.0.0/8 cert",
  "hostssl all all 10.0.0.0/8 cert map=people clientname=DN",
  "hostssl all all 10.0.0.0/8 password",
  "hostssl all all 10.0.0.0/8 pam pamservice=postgresql pam_use_hostname=1",
  "hostssl all all 10.0.0.0/8 gss include_realm=0 krb_realm=EXAMPLE.COM",
  'hostssl all all 10.0.0.0/8 ldap ldapserver=ldap.example ldapprefix="cn=" ldapsuffix=", dc=example"',
  'hostssl all all 10.0.0.0/8 ldap ldapurl="ldap://ldap.example/dc=example?uid"',
  'hostssl all all 10.0.0.0/8 radius radiusservers="10.0.0.9" radiussecrets="secret"',
  "hostgssenc all all 10.0.0.0/8 gss",
  "hostnogssenc all all 10.0.0.0/8 reject",
  "local shop shop peer map=people",
  "local all app scram-sha-256",
  "hostssl all all 10.0.0.0/8 ident",
  "# the office",
  "hostssl all all 10.0.0.0/8 scram-sha-256 # the office",
];
