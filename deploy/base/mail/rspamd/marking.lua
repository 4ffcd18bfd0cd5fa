-- Protective markings of e-mail: the header X-Protective-Marking as the Australian Government's Email
-- Protective Marking Standard (EPMS) writes it, the plan's X-AUS-GOV-Marking, and the marking in a subject.
-- Reads and judges, never writes: a marking is the sender's own decision.
local M = {}

local LEVELS = {
  ["UNOFFICIAL"] = 0,
  ["OFFICIAL"] = 1,
  ["OFFICIAL:Sensitive"] = 2,
  ["PROTECTED"] = 3,
  ["SECRET"] = 4,
  ["TOP-SECRET"] = 5,
}
-- The standard's own order, and which of them may come more than once.
local ORDER = { VER = 1, NS = 2, SEC = 3, CAVEAT = 4, EXPIRES = 5, DOWNTO = 6, ACCESS = 7, NOTE = 8, ORIGIN = 9 }
local REPEATED = { CAVEAT = true, ACCESS = true }
local LONGEST = 128

M.levels = LEVELS

-- "A=1, B=2\, 3" into {{"A", "1"}, {"B", "2, 3"}}, or nil and why not.
local function fields(text)
  local list, tag, value, escaped = {}, nil, "", false
  local function close()
    local name, content = (tag or ""):match("^%s*([A-Z]+)$"), value:match("^(.-)%s*$")
    if not name then return "a field without a name" end
    if content == "" then return name .. " is empty" end
    if #content > LONGEST then return name .. " is longer than " .. LONGEST .. " characters" end
    list[#list + 1] = { name, content }
    tag, value = nil, ""
  end
  for character in text:gmatch(".") do
    if escaped then
      value, escaped = value .. character, false
    elseif character == "\\" and tag then
      escaped = true
    elseif character == "=" and not tag then
      tag, value = value, ""
    elseif character == "," then
      local fault = close()
      if fault then return nil, fault end
    else
      value = value .. character
    end
  end
  if escaped then return nil, "an escape at the end" end
  local fault = close()
  if fault then return nil, fault end
  return list
end

-- Checks names, order and what belongs together. first: the field that must come first.
local function judge(list, first, forbidden)
  local seen, last = {}, 0
  if list[1][1] ~= first then return nil, "does not begin with " .. first end
  for _, field in ipairs(list) do
    local name, value = field[1], field[2]
    local place = ORDER[name]
    if not place or (forbidden and forbidden[name]) then return nil, name .. " does not belong here" end
    if place < last then return nil, name .. " is out of order" end
    if seen[name] and not REPEATED[name] then return nil, name .. " twice" end
    seen[name], last = value, place
  end
  if not seen.SEC then return nil, "no SEC" end
  if not LEVELS[seen.SEC] then return nil, "unknown SEC " .. seen.SEC end
  if (seen.EXPIRES == nil) ~= (seen.DOWNTO == nil) then return nil, "EXPIRES and DOWNTO belong together" end
  if seen.DOWNTO and not LEVELS[seen.DOWNTO] then return nil, "unknown DOWNTO " .. seen.DOWNTO end
  if seen.ORIGIN and not seen.ORIGIN:match("^[^@%s]+@[^@%s]+$") then return nil, "ORIGIN is no address" end
  return seen
end

-- The value of X-Protective-Marking: its fields, or nil and why not.
function M.header(text)
  local list, fault = fields((text:gsub("%s+", " ")))
  if not list then return nil, fault end
  local seen
  seen, fault = judge(list, "VER")
  if not seen then return nil, fault end
  if not seen.VER:match("^%d%d%d%d%.%d+$") then return nil, "VER is no version" end
  if seen.NS ~= "gov.au" then return nil, "NS is not gov.au" end
  return seen
end

-- The value of X-AUS-GOV-Marking: a level, alone or as SEC=level.
function M.plan_header(text)
  local level = text:match("^%s*(.-)%s*$"):gsub("^SEC=", ""):gsub("^OFFICIAL:%s+", "OFFICIAL:")
  if not LEVELS[level] then return nil, "unknown level " .. level end
  return { SEC = level }
end

-- The marking at the end of a subject, "[SEC=OFFICIAL:Sensitive, ACCESS=Personal-Privacy]"; false when there is none.
function M.subject(text)
  local count = select(2, text:gsub("%[%s*SEC=", ""))
  if count == 0 then return false end
  if count > 1 then return nil, "two markings" end
  local list, fault = fields(text:match("%[%s*(SEC=[^%]]*)%]") or "")
  if not list then return nil, fault end
  return judge(list, "SEC", { VER = true, NS = true, NOTE = true, ORIGIN = true })
end

-- One message: lists of header values, its subject, and the highest level that may pass.
-- "none", "permitted", "blocked" or "invalid"; then the level, or what is wrong.
function M.verdict(message, limit)
  if #message.headers > 1 then return "invalid", "X-Protective-Marking more than once" end
  if #message.plan_headers > 1 then return "invalid", "X-AUS-GOV-Marking more than once" end
  local found = {}
  local function add(name, marking, fault)
    if marking then found[#found + 1] = { name, marking.SEC } end
    return marking == nil and (name .. ": " .. fault) or nil
  end
  local fault = (message.headers[1] and add("X-Protective-Marking", M.header(message.headers[1])))
    or (message.plan_headers[1] and add("X-AUS-GOV-Marking", M.plan_header(message.plan_headers[1])))
    or add("subject", M.subject(message.subject or ""))
  if fault then return "invalid", fault end
  if #found == 0 then return "none" end
  for _, one in ipairs(found) do
    -- A level that is above the limit anywhere is above it, whatever the other marking says.
    if LEVELS[one[2]] > LEVELS[limit] then return "blocked", one[2] end
  end
  for _, one in ipairs(found) do
    if one[2] ~= found[1][2] then return "invalid", one[1] .. " says " .. one[2] .. ", " .. found[1][1] .. " " .. found[1][2] end
  end
  return "permitted", found[1][2]
end

return M
