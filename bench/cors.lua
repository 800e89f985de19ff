-- The policy of policies.yaml for Envoy's Lua filter: what a team writes that wants no second process.

local exact = {
  ["https://app.example.com"] = true,
  ["https://admin.example.com"] = true,
  ["http://localhost:3000"] = true,
}
local children = { ["https://partner.example"] = true }
local methods = { GET = true, POST = true, PUT = true }
local names = { ["content-type"] = true, ["x-api-key"] = true }
local preflight_vary = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"

local function admits(origin)
  local canonical = origin:lower()
  if exact[canonical] then return true end
  local scheme, host = canonical:match("^([a-z][a-z0-9+.-]*)://([a-z0-9._-]+)$")
  while host do
    host = host:match("^[^.]+%.(.+)$")
    if host and children[scheme .. "://" .. host] then return true end
  end
  return false
end

-- envoy_on_response sees the answers of this filter too, and must leave them alone.
local function respond(handle, headers, body)
  handle:streamInfo():dynamicMetadata():set("cors", "answered", true)
  handle:respond(headers, body)
end

local function refuse(handle, status, text, vary)
  respond(handle, {
    [":status"] = status,
    ["content-type"] = "text/plain; charset=utf-8",
    ["cache-control"] = "no-store",
    ["vary"] = vary,
  }, text)
end

local function answer_preflight(handle, origin, method, asked)
  if not admits(origin) then
    return refuse(handle, "403", "Specified Origin is not allowed", preflight_vary)
  end
  if not methods[method] then return refuse(handle, "405", "Method Not Allowed", preflight_vary) end
  for name in (asked or ""):lower():gmatch("[^, \t]+") do
    if not names[name] then return refuse(handle, "403", "Header Not Supported", preflight_vary) end
  end
  respond(handle, {
    [":status"] = "200",
    ["access-control-allow-origin"] = origin,
    ["access-control-allow-methods"] = "GET, POST, PUT",
    ["access-control-allow-headers"] = "content-type, x-api-key",
    ["access-control-allow-credentials"] = "true",
    ["access-control-max-age"] = "900",
    ["vary"] = preflight_vary,
  }, "")
end

function envoy_on_request(handle)
  local headers = handle:headers()
  local origin = headers:get("origin")
  if origin == nil then return end
  local method = headers:get("access-control-request-method")
  if method and headers:get(":method") == "OPTIONS" then
    return answer_preflight(handle, origin, method, headers:get("access-control-request-headers"))
  end
  if origin == headers:get(":scheme") .. "://" .. headers:get(":authority") then return end
  if not admits(origin) or not methods[headers:get(":method")] then
    return refuse(handle, "403", "Specified Origin is not allowed", "Origin")
  end
  handle:streamInfo():dynamicMetadata():set("cors", "origin", origin)
end

function envoy_on_response(handle)
  local known = handle:streamInfo():dynamicMetadata():get("cors")
  if known and known.answered then return end
  local headers = handle:headers()
  local gone = {}
  for name in pairs(headers) do
    if name:sub(1, 15) == "access-control-" then gone[#gone + 1] = name end
  end
  for _, name in ipairs(gone) do headers:remove(name) end
  local vary = headers:get("vary")
  if vary == nil then
    headers:add("vary", "Origin")
  elseif vary ~= "*" and not ("," .. vary:lower():gsub("[ \t]", "") .. ","):find(",origin,", 1, true) then
    headers:replace("vary", vary .. ", Origin")
  end
  if known then
    headers:add("access-control-allow-origin", known.origin)
    headers:add("access-control-allow-credentials", "true")
    headers:add("access-control-expose-headers", "x-total-count")
  end
end
