-- Rules of this platform. Rspamd loads this file by its name.

local own_domains = rspamd_config:add_map({
  type = "set",
  url = "/etc/rspamd/local.d/own_domains.map",
  description = "domains whose mail is submitted with a login",
})

-- Whether a domain, or one it lies below, is ours.
local function is_own(domain)
  domain = (domain or ""):lower():gsub("%.$", "")
  while domain ~= "" do
    if own_domains:get_key(domain) then return true end
    domain = domain:match("^[^.]*%.(.+)$") or ""
  end
  return false
end

-- Mail that claims to be from us and was neither submitted with a login nor made on this host.
rspamd_config:register_symbol({
  name = "OWN_DOMAIN_FROM_OUTSIDE",
  type = "normal",
  score = 0.0,
  group = "policy",
  callback = function(task)
    if task:get_user() then return false end
    local ip = task:get_from_ip()
    if ip and ip:is_valid() and ip:is_local() then return false end
    for _, kind in ipairs({ "smtp", "mime" }) do
      for _, address in ipairs(task:get_from(kind) or {}) do
        if is_own(address.domain) then return true, 1.0, address.domain end
      end
    end
    return false
  end,
})

-- Protective markings, in either direction: above the limit, or not as the standard writes them, is refused.
local marking = dofile("/etc/rspamd/local.d/marking.lua")
local limit = "@marking_limit@"
if not marking.levels[limit] then
  error("marking_limit is '" .. limit .. "', which is no level of the standard")
end

local SYMBOLS = { permitted = "MARKING_PERMITTED", blocked = "MARKING_ABOVE_LIMIT", invalid = "MARKING_INVALID" }

local function values(task, name)
  local list = {}
  for _, header in ipairs(task:get_header_full(name) or {}) do
    list[#list + 1] = header.decoded or header.value or ""
  end
  return list
end

local parent = rspamd_config:register_symbol({
  name = "MARKING_CHECK",
  type = "callback",
  group = "policy",
  callback = function(task)
    local verdict, detail = marking.verdict({
      headers = values(task, "X-Protective-Marking"),
      plan_headers = values(task, "X-AUS-GOV-Marking"),
      subject = task:get_header("Subject"),
    }, limit)
    if SYMBOLS[verdict] then task:insert_result(SYMBOLS[verdict], 1.0, detail) end
  end,
})
for _, name in pairs(SYMBOLS) do
  rspamd_config:register_symbol({ name = name, type = "virtual", parent = parent, score = 0.0, group = "policy" })
end
