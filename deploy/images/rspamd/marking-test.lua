-- rspamadm lua marking-test.lua : every line of marking.vectors must get the verdict it begins with.
local marking = dofile("/etc/rspamd/local.d/marking.lua")

local function trim(text) return text:match("^%s*(.-)%s*$") end

local function headers(text)
  local list = {}
  for one in (text .. "&&"):gmatch("(.-)&&") do
    if trim(one) ~= "" then list[#list + 1] = trim(one) end
  end
  return list
end

local count, wrong = 0, 0
for line in io.lines("/marking.vectors") do
  if line:sub(1, 1) ~= "#" then
    local wanted, protective, plan, subject = line:match("^(.-)|(.-)|(.-)|(.*)$")
    local found, detail = marking.verdict({
      headers = headers(protective), plan_headers = headers(plan), subject = trim(subject),
    }, "OFFICIAL:Sensitive")
    count = count + 1
    if found ~= trim(wanted) then
      wrong = wrong + 1
      print(string.format("%s (%s) instead of %s", found, detail or "", line))
    end
  end
end
print(count .. " markings judged, " .. wrong .. " wrong")
os.exit(wrong == 0 and count >= 30 and 0 or 1)
