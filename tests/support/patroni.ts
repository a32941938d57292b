import type { TestEnvironment } from "../../lab/cluster/testEnvironment";

/** Calls a member's REST API from where it runs, with the credentials that it has there. */
export function patroniCall(
  environment: TestEnvironment,
  member: string,
  path: string,
  body: unknown,
): Promise<string> {
  const script = [
    "import json, ssl, sys, base64, urllib.request, yaml",
    "auth = yaml.safe_load(open('/etc/patroni/patroni.yml'))['restapi']['authentication']",
    "token = base64.b64encode(f\"{auth['username']}:{auth['password']}\".encode()).decode()",
    "request = urllib.request.Request('https://localhost:8008/' + sys.argv[1], sys.argv[2].encode(),",
    "    {'Authorization': 'Basic ' + token}, method='POST')",
    "trust = ssl.create_default_context(cafile='/etc/patroni/ca.pem')",
    "print(urllib.request.urlopen(request, context=trust).read().decode())",
  ].join("\n");
  return environment.inMember(member, "python3", "-c", script, path, JSON.stringify(body));
}
